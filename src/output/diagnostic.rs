//! stub
pub fn to_json(one: &crate::diagnostic::Diagnostic) -> serde_json::Value { serde_json::json!({"m": one.message}) }
pub fn render(all: &[crate::diagnostic::Diagnostic], _c: bool) -> String { all.iter().map(|d| format!("{}[{}] {} {} {:?} {:?}\n", d.severity.word(), d.code, d.message, d.place.as_ref().map(|p| p.to_string()).unwrap_or_default(), d.hints, d.related.iter().map(|(w,p)| format!("{w} {p}")).collect::<Vec<_>>())).collect() }

//! The functions that the description beside the RML-FNML test cases declares, which every engine is to know.

use super::{Function, Output, Parameter};

macro_rules! suite {
    ($local:literal) => {
        concat!("http://example.com/functions/", $local)
    };
}

const TEXT: Parameter = Parameter::text(&[suite!("stringParameter"), suite!("hasStringParameter")]);
const TEXT_OUT: &[&str] = &[suite!("stringOutput"), suite!("hasStringOutput")];

/// The functions of this namespace.
pub(super) static TABLE: &[Function] = &[
    Function::new(suite!("helloworld"), &[], TEXT_OUT, |_| {
        Ok(Output::One("Hello World!".to_owned()))
    }),
    Function::new(suite!("schema"), &[TEXT], TEXT_OUT, |a| {
        Ok(Output::One(format!("https://schema.org/{}", a.text(0))))
    }),
    // Protocol, domain and path of a URL; which of them is told by the output.
    Function::new(
        suite!("parseURL"),
        &[TEXT],
        &[
            suite!("protocolOutput"),
            suite!("hasProtocolOutput"),
            suite!("domainOutput"),
            suite!("hasDomainOutput"),
            suite!("stringOutput"),
            suite!("hasStringOutput"),
        ],
        |a| {
            let Some((protocol, rest)) = a.text(0).split_once("://") else {
                return Ok(Output::Null);
            };
            let (domain, path) = match rest.split_once('/') {
                Some((domain, path)) => (domain, Some(path)),
                None => (rest, None),
            };
            Ok(match a.output / 2 {
                0 => Output::One(protocol.to_owned()),
                1 => Output::One(domain.to_owned()),
                _ => path.map(str::to_owned).into(),
            })
        },
    ),
];

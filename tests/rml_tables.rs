//! Tables that a mapping describes by CSV on the Web, run with the binary.

use crate::support::rml::{makes, over, refuses};

/// A `csvw:Table` with further properties on a line of their own.
fn table(properties: &str, object: &str) -> String {
    let source = format!(
        "rml:source [ a csvw:Table ; csvw:url \"d.csv\" ;\n{properties} ] ; rml:referenceFormulation rml:CSV"
    );
    over(&source, object)
}

#[test]
fn lines_of_tables_end_as_lines_do() {
    let csv = [("d.csv", "id,v\n1,a\r\n")];
    let dialect = |ends: &str| {
        table(
            &format!("csvw:dialect [ csvw:lineTerminators {ends} ]"),
            "rml:reference \"v\"",
        )
    };
    for fine in [
        r#""\n""#,
        r#""\r\n", "\n""#,
        r#"("\r\n" "\n")"#,
        r#""\\r\\n""#,
    ] {
        makes(&dialect(fine), &csv, "<1> <p> \"a\" .\n");
    }
    for wrong in [r#""|""#, r#""\r""#, r#"("\n" "|")"#, "1"] {
        let says = "csvw:lineTerminators cannot be";
        refuses(&dialect(wrong), &csv, 2, says);
    }
}

#[test]
fn nulls_of_a_table_may_be_a_list() {
    let csv = [("d.csv", "id,v\n1,a\n2,NULL\n3,-\n")];
    let column =
        "csvw:tableSchema [ csvw:columns ( [ csvw:name \"v\" ; csvw:null (\"NULL\" \"-\") ] ) ]";
    for nulls in ["csvw:null (\"NULL\" \"-\")", column] {
        let mapping = table(nulls, "rml:reference \"v\"");
        makes(&mapping, &csv, "<1> <p> \"a\" .\n");
    }
}

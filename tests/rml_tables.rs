//! Tables that a mapping describes by CSV on the Web, run with the binary.

use std::fs;

use crate::support::rml::{PREFIXES, makes, over, refuses};
use crate::support::run_in;

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

#[test]
fn what_changes_no_cell_of_a_table_is_passed_over() {
    let csv = [("d.csv", "id,v\n1,a\n")];
    let mapping = |more: &str| {
        let schema = "csvw:note [ csvw:resource \"x\" ] ; csvw:suppressOutput true ; csvw:tableSchema [ \
             csvw:primaryKey \"id\" ; csvw:aboutUrl \"x{id}\" ; csvw:foreignKey [ csvw:columnReference \"v\" ; \
             csvw:reference [ csvw:resource \"y.csv\" ; csvw:columnReference \"v\" ] ] ; csvw:columns ( \
             [ csvw:name \"id\" ; csvw:propertyUrl \"y\" ; csvw:valueUrl \"z{v}\" ; csvw:textDirection \"rtl\"";
        table(&format!("{schema} {more} ] ) ]"), "rml:reference \"v\"")
    };
    makes(&mapping(""), &csv, "<1> <p> \"a\" .\n");
    // What does change them is not.
    for (more, says) in [
        ("; csvw:default \"x\"", "csvw:default is not supported"),
        ("; csvw:separator \" \"", "csvw:separator has no meaning"),
    ] {
        refuses(&mapping(more), &csv, 2, says);
    }
}

#[test]
fn columns_are_called_by_title_or_name() {
    let column =
        |name: &str, titles: &str| format!("[ csvw:name \"{name}\" ; csvw:titles {titles} ]");
    let schema = |columns: &[String], more: &str| {
        format!(
            "csvw:tableSchema [ csvw:columns ( {} ) ] {more}",
            columns.join(" ")
        )
    };
    let named = [column("id", "\"x\""), column("v", "(\"w\" \"y\")")];
    for reference in ["v", "y"] {
        let mapping = table(
            &schema(&named, ""),
            &format!("rml:reference \"{reference}\""),
        );
        makes(&mapping, &[("d.csv", "x,y\n1,a\n")], "<1> <p> \"a\" .\n");
    }
    let headless = "; csvw:dialect [ csvw:header false ]";
    for reference in ["v", "w"] {
        let mapping = table(
            &schema(&named, headless),
            &format!("rml:reference \"{reference}\""),
        );
        makes(&mapping, &[("d.csv", "1,a\n")], "<1> <p> \"a\" .\n");
    }
    let mapping = table(&schema(&named, ""), "rml:reference \"v\"");
    refuses(
        &mapping,
        &[("d.csv", "x,y,v\n1,a,b\n")],
        5,
        "\"v\" is the title of column 3, and csvw:name gives it to column 2",
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.ttl"), format!("{PREFIXES}{mapping}")).unwrap();
    fs::write(folder.path().join("d.csv"), "x,y,z\n1,a,b\n").unwrap();
    let talk = run_in(folder.path(), &["check", "m.ttl"], "").expect_talk(0);
    assert!(talk.contains("z") && !talk.contains("y,"), "{talk}");
}

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

#[test]
fn columns_have_the_datatypes_that_the_schema_gives() {
    let csv = [("d.csv", "id,x\n1,2.50\n")];
    let schema = |datatype: &str| {
        format!(
            "csvw:tableSchema [ csvw:columns ( [ csvw:titles \"id\" ]\n\
             [ csvw:name \"v\" ; csvw:titles \"x\" ; csvw:datatype {datatype} ] ) ]"
        )
    };
    let decimal = "\"2.50\"^^<xsd:decimal>";
    for (datatype, expected) in [
        ("xsd:decimal", decimal),
        ("\"decimal\"", decimal),
        ("[ csvw:base \"decimal\" ]", decimal),
        ("\"number\"", "\"2.50\"^^<xsd:double>"),
        ("ex:money", "\"2.50\"^^<money>"),
        ("xsd:string", "\"2.50\""),
    ] {
        for reference in ["v", "x"] {
            let object = format!("rml:reference \"{reference}\"");
            let made = format!("<1> <p> {expected} .\n");
            makes(&table(&schema(datatype), &object), &csv, &made);
        }
    }
    let decimals = schema("\"decimal\"");
    // What the mapping says itself is stronger; what is no literal by itself has no datatype.
    for (object, expected) in [
        (
            "rml:reference \"v\" ; rml:datatype xsd:double",
            "\"2.50\"^^<xsd:double>",
        ),
        ("rml:reference \"v\" ; rml:language \"en\"", "\"2.50\"@en"),
        (
            "rml:template \"{v}\" ; rml:termType rml:Literal",
            "\"2.50\"",
        ),
        ("rml:template \"http://e/{v}\"", "<2.50>"),
        ("rml:reference \"id\"", "\"1\""),
    ] {
        let made = format!("<1> <p> {expected} .\n");
        makes(&table(&decimals, object), &csv, &made);
    }
    refuses(
        &table(&decimals, "rml:reference \"v\""),
        &[("d.csv", "id,x\n1,a\n")],
        6,
        "\"a\" is no xsd:decimal",
    );
    for (datatype, says) in [
        ("\"decimel\"", "there is no datatype \"decimel\""),
        (
            "[ csvw:base \"date\" ; csvw:format \"d.M.yyyy\" ]",
            "csvw:format is not supported",
        ),
    ] {
        let mapping = table(&schema(datatype), "rml:reference \"v\"");
        refuses(&mapping, &csv, 3, says);
    }
    let circle = table(&schema("_:d"), "rml:reference \"v\"") + "_:d csvw:base _:d .\n";
    refuses(&circle, &csv, 7, "csvw:base takes a datatype");
}

#[test]
fn datatypes_of_columns_come_through_views() {
    let files = [("d.csv", "id,x\n1,7\n"), ("e.csv", "k,y\n1,8\n")];
    let view = |view: &str, file: &str, fields: &[(&str, &str)], typed: &str, more: &str| {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, reference)| {
                format!("[ rml:fieldName \"{name}\" ; rml:reference \"{reference}\" ]")
            })
            .collect();
        format!(
            "<#{view}> a rml:LogicalView ; rml:viewOn [ rml:source [ a csvw:Table ; csvw:url \"{file}\" ;\n\
             csvw:tableSchema [ csvw:columns [ csvw:name \"{typed}\" ; csvw:datatype xsd:integer ] ] ] ;\n\
             rml:referenceFormulation rml:CSV ] ; rml:field {} {more} .\n",
            fields.join(", ")
        )
    };
    let join = "; rml:leftJoin [ rml:parentLogicalView <#w> ; rml:joinCondition [ rml:child \"id\" ; rml:parent \"k\" ] ; \
         rml:field [ rml:fieldName \"z\" ; rml:reference \"u\" ] ]";
    let views = view("v", "d.csv", &[("id", "id"), ("w", "x")], "x", join)
        + &view("w", "e.csv", &[("k", "k"), ("u", "y")], "y", "");
    for (field, expected) in [
        ("w", "\"7\"^^<xsd:integer>"),
        ("z", "\"8\"^^<xsd:integer>"),
        ("id", "\"1\""),
    ] {
        let mapping = over("", &format!("rml:reference \"{field}\"")).replace("[  ]", "<#v>");
        let made = format!("<1> <p> {expected} .\n");
        makes(&format!("{views}{mapping}"), &files, &made);
    }
}

use proptest::prelude::*;

use super::{Escaped, Number};

/// Refuses what a parser of XML would: tags that do not match, attributes that come twice, `&`, `<` and characters that may
/// not stand as they are.
#[track_caller]
pub(crate) fn assert_well_formed(xml: &str) {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some((text, tag)) = rest.split_once('<') {
        assert_text(text);
        let (tag, behind) = tag.split_once('>').expect("a tag ends");
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let whole = tag.strip_suffix('/');
        let inner = whole.unwrap_or(tag);
        let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "{name}");
        assert_attributes(attributes);
        if whole.is_none() {
            open.push(name);
        }
    }
    assert_text(rest);
    assert!(open.is_empty(), "{open:?} is open");
}

fn assert_attributes(mut rest: &str) {
    let mut known = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect("a name and a value");
        let (value, behind) = value.split_once('"').expect("a value ends");
        assert!(!known.contains(&name), "{name} twice");
        known.push(name);
        assert_text(value);
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
}

fn assert_text(text: &str) {
    let known = ["amp;", "lt;", "gt;", "quot;", "#39;", "#9;", "#10;", "#13;"];
    for behind in text.split('&').skip(1) {
        assert!(known.iter().any(|it| behind.starts_with(it)), "&{behind}");
    }
    for c in text.chars() {
        let may = matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
        assert!(may && c != '<', "{c:?}");
    }
}

fn unescaped(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#9;", "\t"),
        ("&#10;", "\n"),
        ("&#13;", "\r"),
        ("&amp;", "&"),
    ];
    let text = text.to_owned();
    pairs
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

#[test]
fn text_is_escaped() {
    let nasty = Escaped("<a href=\"x\">&amp; 'y'\n\u{0}\u{1b}\u{85}\u{ffff} ü数🚀");
    assert_eq!(
        nasty.to_string(),
        "&lt;a href=&quot;x&quot;&gt;&amp;amp; &#39;y&#39;&#10;\u{fffd}\u{fffd}\u{fffd}\u{fffd} ü数🚀"
    );
}

proptest! {
    #[test]
    fn any_text_can_stand_anywhere_and_comes_back(text in ".*") {
        let escaped = Escaped(&text).to_string();
        assert_well_formed(&format!("<text x=\"{escaped}\">{escaped}</text>"));
        let held = |c: char| match c {
            '\t' | '\n' | '\r' => c,
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        };
        prop_assert_eq!(unescaped(&escaped), text.chars().map(held).collect::<String>());
    }
}

#[test]
fn numbers_have_a_digit_behind_the_point_or_none() {
    let all = [0.0, 1.0, 12.34, 12.35, -0.26, -3.0, 99.96].map(|it| Number(it).to_string());
    assert_eq!(all, ["0", "1", "12.3", "12.4", "-0.3", "-3", "100"]);
}

#[test]
fn the_checker_refuses_what_a_parser_would() {
    let bad = [
        "<a>",
        "<a></b>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>&x</a>",
        "<a>\u{1}</a>",
        "</a>",
    ];
    for bad in bad {
        let refused = std::panic::catch_unwind(|| assert_well_formed(bad));
        assert!(refused.is_err(), "{bad}");
    }
    assert_well_formed("<a b=\"1\"><c/>&amp;</a>\n");
}

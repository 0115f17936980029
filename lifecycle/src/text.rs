//! Names as people see them: anything may stand in the name of a component made at run time.

use std::borrow::Cow;

/// The name with what a terminal would obey, such as a line break or a colour, written out.
pub(crate) fn visible(name: &str) -> Cow<'_, str> {
    if !name.contains(char::is_control) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// How many columns of a terminal a text takes, near enough.
pub(crate) fn cells(text: &str) -> usize {
    text.chars().map(cell).sum()
}

/// The text in at most `most` columns: where it is longer, its middle gives way to an ellipsis.
pub(crate) fn elide(text: &str, most: usize) -> Cow<'_, str> {
    if cells(text) <= most {
        return Cow::Borrowed(text);
    }
    let room = most.saturating_sub(1);
    let head = part(text.chars(), room.div_ceil(2));
    let tail: String = part(text.chars().rev(), room / 2);
    let tail: String = tail.chars().rev().collect();
    Cow::Owned(format!("{head}\u{2026}{tail}"))
}

fn part(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut left = room;
    let fits = |c: &char| match left.checked_sub(cell(*c)) {
        Some(less) => {
            left = less;
            true
        }
        None => false,
    };
    chars.take_while(fits).collect()
}

/// Two for what East Asian text and pictures are made of. What sits on the character before counts too, so that no text of
/// few columns is long.
fn cell(c: char) -> usize {
    match u32::from(c) {
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{cells, elide, visible};

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(visible("a\n\u{1b}[31mb"), "a\\n\\u{1b}[31mb");
        assert_eq!(visible("Größe"), "Größe");
    }

    #[test]
    fn a_long_name_keeps_both_of_its_ends() {
        assert_eq!(elide("Database", 8), "Database");
        assert_eq!(elide("PrimaryDatabase", 9), "Prim…base");
        assert_eq!(elide("PrimaryDatabase", 8), "Prim…ase");
        assert_eq!(elide("ab", 1), "…");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(cells("数据库"), 6);
        assert_eq!(elide("数据库连接池", 7), "数…池");
        assert!(cells(&elide("数据库连接池", 6)) <= 6);
        assert_eq!(elide(&"\u{301}".repeat(9_000), 8).chars().count(), 8);
    }
}

//! What all pictures are drawn with: text that fits and that XML can hold, numbers, and colours for light and dark.

use std::fmt::{self, Write};

use crate::text::cells;

/// A picture in the making.
pub(crate) struct Svg {
    out: String,
}

/// What a picture is called, for those who see it and those who do not.
pub(crate) struct Words<'a> {
    pub(crate) title: &'a str,
    pub(crate) about: &'a str,
}

impl Svg {
    /// `class` keeps the styles of this picture apart from those of a page that holds it; `style` may name it `.picture`.
    pub(crate) fn new(
        class: &str,
        words: &Words<'_>,
        [width, height]: [f64; 2],
        style: &str,
    ) -> Self {
        let (width, height) = (Number(width), Number(height));
        let (title, about) = (Escaped(words.title), Escaped(words.about));
        let shared = include_str!("svg.css").replace(".picture", &format!(".{class}"));
        let own = style.replace(".picture", &format!(".{class}"));
        let mut svg = Self { out: String::new() };
        svg.line(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="{class}" role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
        ));
        svg.line(format_args!("<title>{title}</title>"));
        svg.line(format_args!("<desc>{about}</desc>"));
        svg.line(format_args!("<style>\n{shared}{own}</style>"));
        svg.line(format_args!(
            r#"<rect class="paper" width="{width}" height="{height}"/>"#
        ));
        svg
    }

    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) {
        let _ = writeln!(self.out, "{line}");
    }

    pub(crate) fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// A length in the picture, to a tenth: as many digits as anybody can see.
#[derive(Clone, Copy)]
pub(crate) struct Number(pub(crate) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() as i64;
        let sign = if tenths < 0 { "-" } else { "" };
        write!(f, "{sign}{}", tenths.unsigned_abs() / 10)?;
        match tenths.unsigned_abs() % 10 {
            0 => Ok(()),
            tenth => write!(f, ".{tenth}"),
        }
    }
}

/// Text in an element or an attribute. What XML has no way to hold is shown as U+FFFD.
#[derive(Clone, Copy)]
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                c if c < ' ' => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// How wide a text is in a font of fixed width and of this size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    cells(text) as f64 * size * 0.6
}

#[cfg(test)]
pub(crate) mod tests;

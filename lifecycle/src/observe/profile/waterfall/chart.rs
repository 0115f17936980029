//! Bars along a time axis.

use std::time::Duration;

use crate::error::Short;
use crate::svg::{Escaped, Number, Svg, Words, width};
use crate::text::{elide, visible};

/// How many columns of text a name may take.
const LONGEST: usize = 32;

/// The size of the letters, how high the line of a component is, and its bar.
const SIZE: f64 = 12.0;
const LINE: f64 = 22.0;
const BAR: f64 = 12.0;

/// How wide the time is, and the room around.
const TIME: f64 = 640.0;
const MARGIN: f64 = 24.0;
const GAP: f64 = 12.0;

/// The room of the mark of the critical path.
const MARK: f64 = 16.0;

/// Above the bars: heading, legend and times.
const TOP: f64 = 108.0;

/// How many times the axis has, at most.
const TICKS: u128 = 8;

pub(super) struct Chart {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) legend: Vec<(Sample, &'static str)>,
    pub(super) total: Duration,
    pub(super) bars: Vec<Bar>,
    /// What stands below, if something has no bar.
    pub(super) left_out: String,
}

pub(super) struct Bar {
    pub(super) name: String,
    /// All that is known of it.
    pub(super) words: String,
    pub(super) critical: bool,
    /// What it did, by class, from when to when.
    pub(super) parts: Vec<(&'static str, Duration, Duration)>,
    pub(super) limit: Option<Duration>,
    /// What stands at its right.
    pub(super) note: String,
}

#[derive(Clone, Copy)]
pub(super) enum Sample {
    Part(&'static str),
    Mark,
    Limit,
}

impl Chart {
    pub(super) fn draw(&self) -> String {
        let names = self.bars.iter().map(|bar| visible(&bar.name));
        let names: Vec<String> = names.map(|it| elide(&it, LONGEST).into_owned()).collect();
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| width(text, SIZE)).fold(0.0, f64::max)
        };
        let notes = widest(&mut self.bars.iter().map(|bar| bar.note.as_str()));
        // Bold letters may be wider.
        let left = MARGIN + MARK + widest(&mut names.iter().map(String::as_str)) * 1.05 + GAP;
        let right = left + TIME + GAP + notes + MARGIN;
        let bottom = TOP + self.bars.len() as f64 * LINE;
        let below = if self.left_out.is_empty() { 0.0 } else { LINE };
        let words = Words {
            title: &self.title,
            about: &self.about,
        };
        let style = include_str!("waterfall.css");
        let height = bottom + below + MARGIN;
        let mut svg = Svg::new("lifecycle-waterfall", &words, [right, height], style);
        text(&mut svg, "head", MARGIN, 32.0, &self.title);
        text(&mut svg, "muted", MARGIN, 50.0, &self.about);
        self.draw_legend(&mut svg);
        self.draw_axis(&mut svg, left, bottom);
        for (at, (bar, name)) in self.bars.iter().zip(&names).enumerate() {
            let middle = TOP + (at as f64 + 0.5) * LINE;
            self.draw_bar(&mut svg, bar, name, left, middle);
        }
        if !self.left_out.is_empty() {
            let words = format!("and {}", self.left_out);
            text(&mut svg, "muted", MARGIN, bottom + 20.0, &words);
        }
        svg.finish()
    }

    /// How far from the begin of the axis a moment is.
    fn x(&self, at: Duration) -> f64 {
        let total = self.total.max(Duration::from_micros(1));
        (at.as_secs_f64() / total.as_secs_f64()).min(1.0) * TIME
    }

    fn draw_legend(&self, svg: &mut Svg) {
        svg.line(format_args!(r#"<g class="legend">"#));
        let (mut x, y) = (MARGIN, 72.0);
        for (sample, words) in &self.legend {
            match sample {
                Sample::Part(class) => rect(svg, class, x, y, 16.0),
                Sample::Mark => mark(svg, x + 8.0, y),
                Sample::Limit => limit(svg, x, x + 16.0, y),
            }
            text(svg, "muted", x + 22.0, y + SIZE / 3.0, words);
            x += 22.0 + width(words, SIZE) + 2.0 * GAP;
        }
        svg.line(format_args!("</g>"));
    }

    fn draw_axis(&self, svg: &mut Svg, left: f64, bottom: f64) {
        let step = step(self.total);
        let mut at = Duration::ZERO;
        while at <= self.total {
            let x = Number(left + self.x(at));
            svg.line(format_args!(
                r#"<path class="grid" d="M{x} {}V{}"/>"#,
                Number(TOP - 4.0),
                Number(bottom)
            ));
            let time = match at.is_zero() {
                true => "0".to_owned(),
                false => Short(at).to_string(),
            };
            svg.line(format_args!(
                r#"<text class="muted" x="{x}" y="{}" text-anchor="middle">{time}</text>"#,
                Number(TOP - 10.0)
            ));
            at += step;
        }
        svg.line(format_args!(
            r#"<path class="end" d="M{} {}V{}"/>"#,
            Number(left + self.x(self.total)),
            Number(TOP - 4.0),
            Number(bottom)
        ));
    }

    fn draw_bar(&self, svg: &mut Svg, bar: &Bar, name: &str, left: f64, middle: f64) {
        let critical = if bar.critical { " critical" } else { "" };
        svg.line(format_args!(
            r#"<g class="row{critical}" data-component="{}">"#,
            Escaped(&bar.name)
        ));
        svg.line(format_args!(
            "<title>{}: {}</title>",
            Escaped(&visible(&bar.name)),
            Escaped(&visible(&bar.words))
        ));
        if bar.critical {
            mark(svg, MARGIN + MARK / 2.0 - 2.0, middle);
        }
        text(svg, "name", MARGIN + MARK, middle + SIZE / 3.0, name);
        let mut end = left;
        for &(class, from, to) in &bar.parts {
            if from == to {
                continue;
            }
            let (from, to) = (left + self.x(from), left + self.x(to));
            rect(svg, class, from, middle, to - from);
            end = to;
        }
        if let Some(at) = bar.limit.filter(|at| *at <= self.total) {
            let at = left + self.x(at);
            limit(svg, end.min(at), at, middle);
        }
        text(
            svg,
            "muted",
            left + TIME + GAP,
            middle + SIZE / 3.0,
            &bar.note,
        );
        svg.line(format_args!("</g>"));
    }
}

/// One, two or five of a power of ten.
pub(super) fn step(total: Duration) -> Duration {
    let micros = total.as_micros();
    let mut ten = 1;
    loop {
        for times in [1, 2, 5] {
            if ten * times * TICKS >= micros {
                return Duration::from_micros(u64::try_from(ten * times).unwrap_or(u64::MAX));
            }
        }
        ten *= 10;
    }
}

fn text(svg: &mut Svg, class: &str, x: f64, y: f64, text: &str) {
    svg.line(format_args!(
        r#"<text class="{class}" x="{}" y="{}">{}</text>"#,
        Number(x),
        Number(y),
        Escaped(text)
    ));
}

/// What is too short to be seen is a hairline; what is of another kind is of another height too.
fn rect(svg: &mut Svg, class: &str, x: f64, middle: f64, width: f64) {
    let height = match class {
        "waits" => BAR / 3.0,
        "quiesce" => BAR * 0.75,
        "cleanup" => BAR / 2.0,
        _ => BAR,
    };
    svg.line(format_args!(
        r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
        Number(x),
        Number(middle - height / 2.0),
        Number(width.max(1.0)),
        Number(height)
    ));
}

fn mark(svg: &mut Svg, x: f64, y: f64) {
    svg.line(format_args!(
        r#"<path class="mark" d="M{} {}l5 5l-5 5l-5 -5z"/>"#,
        Number(x),
        Number(y - 5.0)
    ));
}

/// A bracket where a budget ends, tied to what it is the budget of.
fn limit(svg: &mut Svg, from: f64, to: f64, y: f64) {
    svg.line(format_args!(
        r#"<path class="limit" d="M{} {}H{}M{} {}h4v14h-4"/>"#,
        Number(from),
        Number(y),
        Number(to),
        Number(to - 4.0),
        Number(y - 7.0)
    ));
}

//! A graph as SVG.

use std::fmt::Write;

use super::super::label::word as class;
use super::layout::{Layout, NODE};
use super::legend::Legend;
use super::{Edge, Graph, Node};
use crate::plan::{EdgeKind, Kind};
use crate::svg::{Escaped, Number, Svg, Words, width};
use crate::text::{elide, visible};

/// The size of the letters.
pub(super) const SIZE: f64 = 12.0;

/// How many columns of text a name may take.
const LONGEST: usize = 32;

/// The room around the drawing, and beside a name.
const MARGIN: f64 = 24.0;
const BESIDE: f64 = 16.0;

/// Below the words over the waves, the drawing begins.
const TOP: f64 = 52.0;

/// The head of an arrow.
pub(super) const TIP: f64 = 7.0;

/// Up to here the words for those who do not see the drawing name all components.
const NAMED: usize = 60;

impl Graph<'_> {
    pub(super) fn draw(&self) -> String {
        let texts = self.nodes.iter().map(|node| elide(&node.label, LONGEST));
        let texts: Vec<_> = texts.collect();
        let widths = texts.iter().map(|text| width(text, SIZE) + 2.0 * BESIDE);
        let layout = Layout::new(self, &widths.collect::<Vec<_>>());
        let legend = Legend::of(self);
        let total = layout.width.max(legend.least_width()) + 2.0 * MARGIN;
        let left = (total - layout.width) / 2.0;
        let below = TOP + layout.height + MARGIN;
        let bottom = below + legend.height(total - 2.0 * MARGIN) + MARGIN / 2.0;
        let (title, about) = (self.title(), self.about());
        let words = Words {
            title: &title,
            about: &about,
        };
        let style = include_str!("plan.css");
        let mut svg = Svg::new("lifecycle-plan", &words, [total, bottom], style);
        if self.nodes.is_empty() {
            svg.line(format_args!(
                r#"<text x="{}" y="{}" text-anchor="middle">no components</text>"#,
                Number(total / 2.0),
                Number(TOP)
            ));
        }
        for (wave, (x, width)) in layout.columns.iter().enumerate() {
            svg.line(format_args!(
                r#"<text class="muted" x="{}" y="30" text-anchor="middle">wave {}</text>"#,
                Number(left + x + width / 2.0),
                wave + 1
            ));
        }
        svg.line(format_args!(
            r#"<g transform="translate({} {})">"#,
            Number(left),
            Number(TOP)
        ));
        // What is red lies on top.
        for looped in [false, true] {
            let edges = self.edges.iter().zip(&layout.ways);
            for (edge, way) in edges.filter(|(edge, _)| edge.looped == looped) {
                self.draw_edge(&mut svg, &layout, *edge, way);
            }
        }
        for (index, text) in texts.iter().enumerate() {
            self.draw_node(&mut svg, &layout, index, text);
        }
        svg.line(format_args!("</g>"));
        legend.draw(&mut svg, MARGIN, below, total - 2.0 * MARGIN);
        svg.finish()
    }

    fn title(&self) -> String {
        match (self.nodes.len(), self.edges.iter().any(|edge| edge.looped)) {
            (0, _) => "A plan without components".to_owned(),
            (1, false) => "A plan of 1 component".to_owned(),
            (count, false) => format!("A plan of {count} components"),
            (1, true) => "A component that depends on itself".to_owned(),
            (count, true) => format!("{count} components with a dependency cycle"),
        }
    }

    fn about(&self) -> String {
        let count = self.nodes.iter().map(|node| node.rank + 1).max();
        let mut about = "Waves from left to right; arrows lead to what is needed.".to_owned();
        if self.nodes.len() > NAMED {
            let _ = write!(about, " There are {} waves.", count.unwrap_or(0));
            return about;
        }
        let mut waves = vec![Vec::new(); count.unwrap_or(0)];
        for node in &self.nodes {
            waves[node.rank].push(&*node.label);
        }
        for (wave, names) in waves.iter().enumerate() {
            let _ = write!(about, " Wave {}: {}.", wave + 1, names.join(", "));
        }
        about
    }

    fn draw_node(&self, svg: &mut Svg, layout: &Layout, index: usize, text: &str) {
        let node = &self.nodes[index];
        let (x, width) = layout.columns[node.rank];
        let y = layout.y[index];
        svg.line(format_args!(
            r#"<g id="n{index}" class="node {}{}" data-component="{}">"#,
            node.kind.as_str(),
            if node.optional { " optional" } else { "" },
            Escaped(node.name)
        ));
        svg.line(format_args!("<title>{}</title>", Escaped(&tooltip(node))));
        shape(svg, node.kind, x, y - NODE / 2.0, width, NODE);
        svg.line(format_args!(
            r#"<text x="{}" y="{}" text-anchor="middle">{}</text>"#,
            Number(x + width / 2.0),
            Number(y + SIZE / 3.0),
            Escaped(text)
        ));
        svg.line(format_args!("</g>"));
    }

    fn draw_edge(&self, svg: &mut Svg, layout: &Layout, edge: Edge, way: &[usize]) {
        let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
        let (line, [x, y], tip) = if from.rank == to.rank {
            beside(layout, from.rank, layout.y[edge.from], layout.y[edge.to])
        } else {
            self.across(layout, edge, way)
        };
        let words = match edge.kind {
            EdgeKind::Hard => "needs",
            EdgeKind::Optional => "can do without",
            EdgeKind::Late => "has a late handle of",
        };
        svg.line(format_args!(
            r#"<g class="edge {}{}" data-from="n{}" data-to="n{}">"#,
            class(edge.kind),
            if edge.looped { " loop" } else { "" },
            edge.from,
            edge.to
        ));
        svg.line(format_args!(
            "<title>{} {words} {}</title>",
            Escaped(&from.label),
            Escaped(&to.label)
        ));
        svg.line(format_args!(r#"<path class="line" d="{line}"/>"#));
        arrow(svg, x, y, tip);
        svg.line(format_args!("</g>"));
    }

    /// The way from column to column; where the arrow's tip is, and how far its foot is from there.
    fn across(&self, layout: &Layout, edge: Edge, way: &[usize]) -> (String, [f64; 2], f64) {
        let (left, right) = edge.ends(self);
        let to_left = left == edge.to;
        let (x, width) = layout.columns[self.nodes[left].rank];
        let (tip_left, tip_right) = if to_left { (TIP, 0.0) } else { (0.0, TIP) };
        let begin = [x + width, layout.y[left]];
        let end = [layout.columns[self.nodes[right].rank].0, layout.y[right]];
        let mut at = [begin[0] + tip_left, begin[1]];
        let mut line = format!("M{} {}", Number(at[0]), Number(at[1]));
        for (step, &lane) in way.iter().enumerate() {
            let (x, width) = layout.columns[self.nodes[left].rank + 1 + step];
            curve(&mut line, at, [x, layout.y[lane]]);
            at = [x + width, layout.y[lane]];
            let _ = write!(line, "H{}", Number(at[0]));
        }
        curve(&mut line, at, [end[0] - tip_right, end[1]]);
        match to_left {
            true => (line, begin, TIP),
            false => (line, end, -TIP),
        }
    }
}

fn curve(line: &mut String, from: [f64; 2], to: [f64; 2]) {
    let middle = Number((from[0] + to[0]) / 2.0);
    let _ = write!(
        line,
        "C{middle} {} {middle} {} {} {}",
        Number(from[1]),
        Number(to[1]),
        Number(to[0]),
        Number(to[1])
    );
}

/// An edge within one column: out at the right side and in again, or around to the component itself.
fn beside(layout: &Layout, column: usize, from: f64, to: f64) -> (String, [f64; 2], f64) {
    let (x, width) = layout.columns[column];
    let x = x + width;
    let (from, to) = match from == to {
        true => (from - NODE / 4.0, to + NODE / 4.0),
        false => (from, to),
    };
    let bulge = x + 22.0 + ((from - to).abs() / 10.0).min(22.0);
    let line = format!(
        "M{} {}C{} {} {} {} {} {}",
        Number(x),
        Number(from),
        Number(bulge),
        Number(from),
        Number(bulge),
        Number(to),
        Number(x + TIP),
        Number(to)
    );
    (line, [x, to], TIP)
}

pub(super) fn arrow(svg: &mut Svg, x: f64, y: f64, foot: f64) {
    svg.line(format_args!(
        r#"<path class="tip" d="M{} {}l{} -3.5v7z"/>"#,
        Number(x),
        Number(y),
        Number(foot)
    ));
}

/// Kinds differ in their outline, so that they can be told without colours.
pub(super) fn shape(svg: &mut Svg, kind: Kind, x: f64, y: f64, width: f64, height: f64) {
    let round = match kind {
        Kind::Resource => height / 2.0,
        Kind::Service | Kind::WorkerPool | Kind::Main => 3.0,
    };
    svg.line(format_args!(
        r#"<rect class="shape" x="{}" y="{}" width="{}" height="{}" rx="{}"/>"#,
        Number(x),
        Number(y),
        Number(width),
        Number(height),
        Number(round)
    ));
    let bars = match kind {
        Kind::Resource | Kind::Service => return,
        Kind::WorkerPool => format!(
            "M{0} {2}v{3}M{1} {2}v{3}",
            Number(x + 6.0),
            Number(x + width - 6.0),
            Number(y),
            Number(height)
        ),
        Kind::Main => format!(
            "M{} {}h{2}v{3}h-{2}z",
            Number(x + 4.0),
            Number(y + 4.0),
            Number(width - 8.0),
            Number(height - 8.0)
        ),
    };
    svg.line(format_args!(r#"<path class="bars" d="{bars}"/>"#));
}

fn tooltip(node: &Node<'_>) -> String {
    let optional = if node.optional { "optional " } else { "" };
    format!("{} ({optional}{})", visible(&node.label), words(node.kind))
}

pub(super) fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Resource => "resource",
        Kind::Service => "service",
        Kind::WorkerPool => "worker pool",
        Kind::Main => "main",
    }
}

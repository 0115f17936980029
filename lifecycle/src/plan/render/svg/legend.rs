//! What the shapes and lines of a drawing mean.

use super::super::label::word as class;
use super::Graph;
use super::draw::{SIZE, TIP, arrow, shape, words};
use crate::plan::{EdgeKind, Kind};
use crate::svg::{Number, Svg, width};

/// A sample of each that is there, with its words.
pub(super) struct Legend(Vec<(Sample, &'static str)>);

#[derive(Clone, Copy)]
enum Sample {
    Node(Kind, bool),
    Edge(EdgeKind, bool),
}

/// How wide a sample is, how far its words are from it and from the next, and how high a line is.
const SAMPLE: f64 = 34.0;
const AFTER: f64 = 8.0;
const BETWEEN: f64 = 24.0;
const LINE: f64 = 26.0;

impl Legend {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut samples = Vec::new();
        for kind in [Kind::Resource, Kind::Service, Kind::WorkerPool, Kind::Main] {
            if graph.nodes.iter().any(|node| node.kind == kind) {
                samples.push((Sample::Node(kind, false), words(kind)));
            }
        }
        if let Some(node) = graph.nodes.iter().find(|node| node.optional) {
            samples.push((Sample::Node(node.kind, true), "the app goes on without"));
        }
        let edges = [
            (EdgeKind::Hard, "needs"),
            (EdgeKind::Optional, "waits for, can do without"),
            (EdgeKind::Late, "late handle, no order"),
        ];
        for (kind, words) in edges {
            if graph
                .edges
                .iter()
                .any(|edge| edge.kind == kind && !edge.looped)
            {
                samples.push((Sample::Edge(kind, false), words));
            }
        }
        if let Some(edge) = graph.edges.iter().find(|edge| edge.looped) {
            samples.push((Sample::Edge(edge.kind, true), "dependency cycle"));
        }
        Self(samples)
    }

    /// Room for a few samples beside each other, also where the drawing itself is narrow.
    pub(super) fn least_width(&self) -> f64 {
        let all: f64 = self.0.iter().map(|(_, words)| wide(words)).sum();
        all.clamp(160.0, 560.0)
    }

    pub(super) fn height(&self, room: f64) -> f64 {
        let lines = self.places(room).last().map_or(0, |(_, line)| line + 1);
        lines as f64 * LINE
    }

    fn places(&self, room: f64) -> Vec<(f64, usize)> {
        let (mut x, mut line) = (0.0, 0);
        let mut place = |(_, words): &(Sample, &'static str)| {
            if x > 0.0 && x + wide(words) - BETWEEN > room {
                (x, line) = (0.0, line + 1);
            }
            let place = (x, line);
            x += wide(words);
            place
        };
        self.0.iter().map(&mut place).collect()
    }

    pub(super) fn draw(&self, svg: &mut Svg, left: f64, top: f64, room: f64) {
        svg.line(format_args!(r#"<g class="legend">"#));
        for ((sample, words), (x, line)) in self.0.iter().zip(self.places(room)) {
            let (x, y) = (left + x, top + (line as f64 + 0.5) * LINE);
            match *sample {
                Sample::Node(kind, optional) => {
                    let optional = if optional { " optional" } else { "" };
                    svg.line(format_args!(r#"<g class="{}{optional}">"#, kind.as_str()));
                    shape(svg, kind, x, y - 8.0, SAMPLE, 16.0);
                }
                Sample::Edge(kind, looped) => {
                    let looped = if looped { " loop" } else { "" };
                    svg.line(format_args!(r#"<g class="edge {}{looped}">"#, class(kind)));
                    svg.line(format_args!(
                        r#"<path class="line" d="M{} {}h{}"/>"#,
                        Number(x),
                        Number(y),
                        Number(SAMPLE - TIP)
                    ));
                    arrow(svg, x + SAMPLE, y, -TIP);
                }
            }
            svg.line(format_args!("</g>"));
            svg.line(format_args!(
                r#"<text x="{}" y="{}">{words}</text>"#,
                Number(x + SAMPLE + AFTER),
                Number(y + SIZE / 3.0)
            ));
        }
        svg.line(format_args!("</g>"));
    }
}

fn wide(words: &str) -> f64 {
    SAMPLE + AFTER + width(words, SIZE) + BETWEEN
}

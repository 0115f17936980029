//! Prints a plan whose names try all that Graphviz might take for its own, with each kind of edge, for a parser of DOT:
//!
//! ```console
//! $ cargo run -q -p tests --bin dot | dot -Tsvg >/dev/null
//! ```

use std::io::{self, Write};

use lifecycle::component::Custom;
use lifecycle::plan::{Declaration, EdgeKind, Plan};

fn main() -> io::Result<()> {
    let long = "long ".repeat(5_000);
    let names = [
        "",
        " ",
        "\"",
        "\\",
        "\\\"",
        "ends with \\",
        "\\N \\G \\E \\l \\r \\n \\T \\H \\L",
        "<b>bold</b>",
        "<<b>html</b>>",
        "& &amp; &lt; &#0; &nosuch; &#x1F680;",
        "line\nbreak\r\ttab",
        "\0 \u{1} \u{1b}[31m \u{7f} \u{85} \u{2028} \u{fffe} \u{ffff}",
        "digraph",
        "node -> edge; subgraph { } [ ] = , # //",
        "/* no comment */",
        "%s %d $HOME `x`",
        "Größe 数据库 קבוצה 🚀 e\u{301}",
        "3.14",
        "-7",
        &long,
        "twice",
        "twice",
    ];
    let mut plan = Plan::builder();
    let base = plan.add(Declaration::resource("Base", "tests", 1, 1).optional(true));
    let pool = plan.add(Declaration::worker_pool("Pool", "tests", 2, 1));
    for (at, name) in names.into_iter().enumerate() {
        let kind = match at % 3 {
            0 => EdgeKind::Hard,
            1 => EdgeKind::Optional,
            _ => EdgeKind::Late,
        };
        let node = plan.custom(match at % 2 {
            0 => Custom::resource(name),
            _ => Custom::service(name),
        });
        plan.depend(node, base, kind);
        plan.depend(pool, node, EdgeKind::Late);
    }
    let plan = plan.build().map_err(io::Error::other)?;
    io::stdout().write_all(plan.to_dot().as_bytes())
}

//! Commands for the program itself: run, check, graph, and the status of a running one. Feature `cli`.
//!
//! `#[lifecycle::app(.., cli)]` reads the program's arguments before anything else happens:
//!
//! | command | what it does | exit code |
//! |---|---|---|
//! | `run`, or none | runs the app | the app's |
//! | `check` | runs the load hooks, and nothing else: is what they read right? `configure` is not called | 0, or 78 |
//! | `graph --format F`, `--graph F` | prints the components and what they need, as `text`, `dot`, `mermaid`, `json`, or `svg` (feature `svg`), and starts nothing | 0 |
//! | `status --address A` | asks the status server of a running app how it is; `--json` prints all that it says | 0 if it is well, 1 if not, 69 if nobody answers |
//!
//! ```no_run
//! use lifecycle::prelude::*;
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! #[lifecycle::app(services = [Cache], cli)]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```
//!
//! A program with a command line of its own takes these commands into it, and says with `cli = function` what was asked
//! for:
//!
//! ```no_run
//! use lifecycle::cli::{self, Command, clap};
//! use lifecycle::prelude::*;
//!
//! fn arguments() -> Command {
//!     let own = clap::Command::new("shop").arg(clap::arg!(--verbose "Says more"));
//!     let matches = own.subcommands(cli::commands()).get_matches();
//!     Command::from_matches(&matches).unwrap_or(Command::Run)
//! }
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! #[lifecycle::app(services = [Cache], cli = arguments)]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```

mod status;

use std::ffi::OsString;
use std::io::Write;
use std::process::{ExitCode, Termination};

pub use clap;
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, ValueEnum};

use crate::app::{AppBuilder, RunReport};
use crate::plan::Plan;

/// Where `status` asks, unless it is said.
const ADDRESS: &str = "127.0.0.1:9090";

/// What the program is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// To run the app.
    Run,
    /// To run the load hooks, and nothing else.
    Check,
    /// To print the components and what they need.
    Graph(Format),
    /// To ask the status server of a running app.
    #[non_exhaustive]
    Status {
        /// The host and the port of the server.
        address: String,
        /// Whether to print all that it says, as JSON.
        json: bool,
    },
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A tree for the terminal, see [`Plan::to_text`].
    #[default]
    Text,
    /// For Graphviz, see [`Plan::to_dot`].
    Dot,
    /// For Markdown, see [`Plan::to_mermaid`].
    Mermaid,
    /// For programs, see [`Plan::to_json`].
    Json,
    /// A picture, see [`Plan::to_svg`].
    #[cfg(feature = "svg")]
    Svg,
}

impl Format {
    fn print(self, plan: &Plan) -> String {
        match self {
            Self::Text => plan.to_text(),
            Self::Dot => plan.to_dot(),
            Self::Mermaid => plan.to_mermaid(),
            Self::Json => plan.to_json(),
            #[cfg(feature = "svg")]
            Self::Svg => plan.to_svg(),
        }
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Text,
            Self::Dot,
            Self::Mermaid,
            Self::Json,
            #[cfg(feature = "svg")]
            Self::Svg,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Text => "text",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Json => "json",
            #[cfg(feature = "svg")]
            Self::Svg => "svg",
        }))
    }
}

/// The commands, for a command line of one's own.
#[must_use]
pub fn commands() -> impl IntoIterator<Item = clap::Command> {
    let command = |name, about| clap::Command::new(name).about(about);
    let format = Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(clap::value_parser!(Format))
        .default_value("text")
        .help("What to print");
    let address = Arg::new("address")
        .long("address")
        .value_name("HOST:PORT")
        .default_value(ADDRESS)
        .help("Where its status server listens");
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Print all that it says, as JSON");
    [
        command("run", "Run until told to stop; the same as no command"),
        command(
            "check",
            "Run the load hooks, which read and check the configuration, and start nothing",
        ),
        command(
            "graph",
            "Print the components and what they need, and start nothing",
        )
        .arg(format),
        command("status", "Ask a running one how it is").args([address, json]),
    ]
}

impl Command {
    /// What the program's arguments say.
    ///
    /// After `--help`, and where they cannot be read, it prints what there is to say and ends the process: the exit code is 0
    /// or 2.
    #[must_use]
    pub fn parse() -> Self {
        Self::try_parse_from(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// What these arguments say, of which the first one is the program.
    ///
    /// # Errors
    ///
    /// Where they cannot be read, and for `--help`, which the error prints.
    pub fn try_parse_from<I>(arguments: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item: Into<OsString> + Clone>,
    {
        let graph = Arg::new("graph")
            .long("graph")
            .value_name("FORMAT")
            .value_parser(clap::value_parser!(Format))
            .help("Print the components and what they need, and start nothing");
        let program = clap::Command::new("program").arg(graph);
        let program = program
            .args_conflicts_with_subcommands(true)
            .subcommands(commands());
        let matches = program.try_get_matches_from(arguments)?;
        let graph = matches.get_one::<Format>("graph").copied().map(Self::Graph);
        Ok(graph
            .or_else(|| Self::from_matches(&matches))
            .unwrap_or(Self::Run))
    }

    /// Which of [`commands`] was given to a command line that has them, if one was.
    #[must_use]
    pub fn from_matches(matches: &ArgMatches) -> Option<Self> {
        let (name, matches) = matches.subcommand()?;
        Some(match name {
            "run" => Self::Run,
            "check" => Self::Check,
            "graph" => Self::Graph(matches.get_one("format").copied().unwrap_or_default()),
            "status" => Self::Status {
                address: matches
                    .get_one::<String>("address")
                    .cloned()
                    .unwrap_or_else(|| ADDRESS.to_owned()),
                json: matches.get_flag("json"),
            },
            _ => return None,
        })
    }

    /// Does it, for a program that builds its app by hand; `#[lifecycle::app]` does the same by itself.
    ///
    /// # Panics
    ///
    /// To run and to check: outside of a tokio runtime with time (and, for [signals](AppBuilder::signals), I/O) enabled.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, an app that runs is asked to stop and ends on its own.
    pub async fn perform(self, app: AppBuilder) -> ExitCode {
        if let Some(code) = self.without_running(app.plan()) {
            return code;
        }
        if self == Self::Check {
            let report = app.check().await;
            checked(&report);
            report.report()
        } else {
            app.run().await.report()
        }
    }

    /// Does what needs no app; nothing, if this does.
    pub(crate) fn without_running(&self, plan: &Plan) -> Option<ExitCode> {
        match self {
            Self::Run | Self::Check => None,
            Self::Graph(format) => {
                print(&format.print(plan));
                Some(ExitCode::SUCCESS)
            }
            Self::Status { address, json } => Some(status::ask(address, *json)),
        }
    }
}

/// Says that there is nothing to say; what is wrong says itself.
pub(crate) fn checked(report: &RunReport) {
    if report.is_success() {
        print(&format!(
            "{}: nothing is wrong with what is loaded\n",
            report.name()
        ));
    }
}

/// Writes to standard output; a closed one is no reason to fail.
fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

#[cfg(test)]
mod tests;

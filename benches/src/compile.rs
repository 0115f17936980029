//! What the attributes cost a `cargo check`: the same crate with and without them.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{fs, io};

use crate::Graph;
use crate::table::{Budgets, Millis, median};

/// How much longer the check of an app of a thousand components may take.
const TOTAL: Duration = Duration::from_secs(1);
/// How much longer each attribute may make it.
const EACH: Duration = Duration::from_millis(1);
/// One on the struct and one on the impl block, which also takes those of the hooks away.
const ATTRIBUTES: u32 = 2;

/// Runs everything; with `--smoke` little of it, and without judging the figures.
pub fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let mut budgets = Budgets::default();
    let sizes: &[(usize, usize)] = if smoke {
        &[(50, 1)]
    } else {
        &[(100, 7), (1_000, 5)]
    };
    println!("`cargo check` of one crate, its dependencies built; medians of interleaved runs.");
    for &(count, rounds) in sizes {
        let outcome = measure(count, rounds, &mut budgets);
        if let Err(error) = outcome {
            println!("{count} components: {error}");
            return ExitCode::FAILURE;
        }
    }
    if smoke {
        println!("\nsmoke: both crates pass `cargo check`; no figure was judged");
        return ExitCode::SUCCESS;
    }
    budgets.finish()
}

fn measure(count: usize, rounds: usize, budgets: &mut Budgets) -> io::Result<()> {
    let graph = Graph::new(count);
    let plain = Generated::new(&format!("plain_{count}"), &source(&graph, false))?;
    let annotated = Generated::new(&format!("annotated_{count}"), &source(&graph, true))?;
    println!("\n{count} components, three dependencies each, {rounds} runs");
    println!(
        "  {:<24}{:>14}{:>14}{:>14}{:>16}",
        "", "without", "with", "difference", "an attribute"
    );
    for (name, incremental) in [("the whole crate", false), ("again, incrementally", true)] {
        let mut times = Vec::with_capacity(rounds);
        for round in 0..=rounds {
            let both = (plain.check(incremental)?, annotated.check(incremental)?);
            // The first round builds the dependencies and fills the cache.
            if round > 0 {
                times.push(both);
            }
        }
        let without = median(times.iter().map(|both| both.0));
        let with = median(times.iter().map(|both| both.1));
        let more = median(times.iter().map(|both| both.1.saturating_sub(both.0)));
        let each = more / (count as u32 * ATTRIBUTES);
        println!(
            "  {name:<24}{:>14}{:>14}{:>14}{:>16}",
            Millis(without),
            Millis(with),
            Millis(more),
            Millis(each)
        );
        if count == 1_000 {
            let line = format!(
                "{count} components, {name}: {} more, at most {}",
                Millis(more),
                Millis(TOTAL)
            );
            budgets.check(more <= TOTAL, line);
        }
        let line = format!(
            "{count} components, {name}: {} an attribute, at most {}",
            Millis(each),
            Millis(EACH)
        );
        budgets.check(each <= EACH, line);
    }
    Ok(())
}

/// A crate of the graph's components.
fn source(graph: &Graph, annotated: bool) -> String {
    let when = |text: &'static str| if annotated { text } else { "" };
    let mut text =
        String::from("#![recursion_limit = \"1024\"]\n#![allow(dead_code)]\nuse std::sync::Arc;\n");
    if annotated {
        text.push_str("use lifecycle::prelude::*;\n");
    }
    for (node, dependencies) in graph.dependencies.iter().enumerate() {
        let names: Vec<String> = dependencies
            .iter()
            .map(|node| format!("Node{node}"))
            .collect();
        let mut fields = String::new();
        let mut parameters = String::new();
        let mut values = String::new();
        for (i, name) in names.iter().enumerate() {
            let _ = write!(fields, " a{i}: Arc<{name}>,");
            let _ = write!(parameters, "a{i}: Arc<{name}>, ");
            let _ = write!(values, " a{i},");
        }
        let attribute = if annotated {
            format!("#[resource(depends_on = [{}])]\n", names.join(", "))
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "
{attribute}pub struct Node{node} {{{fields} }}

{}impl Node{node} {{
    {}async fn start({parameters}) -> std::io::Result<Self> {{
        Ok(Self {{{values} }})
    }}

    {}async fn stop(&self) {{}}
}}
",
            when("#[resource]\n"),
            when("#[start]\n    "),
            when("#[stop]\n    "),
        );
    }
    let roots: Vec<String> = graph
        .roots()
        .iter()
        .map(|node| format!("Node{node}"))
        .collect();
    if annotated {
        let _ = write!(
            text,
            "\n#[lifecycle::app(services = [{}])]\nasync fn main(cx: Context) {{\n    cx.shutdown_requested().await;\n}}\n",
            roots.join(", ")
        );
    } else {
        text.push_str("\nfn main() {}\n");
    }
    text
}

/// A crate beside this workspace's target directory.
struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

impl Generated {
    fn new(name: &str, source: &str) -> io::Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()?;
        let root = target().join("compile-bench");
        let folder = root.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let profile = profile(&fs::read_to_string(workspace.join("Cargo.toml"))?);
        // Both crates have the same dependencies, though one does not use them.
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\nlifecycle = {{ path = {:?} }}\n\n[workspace]\n\n{profile}",
            workspace.join("lifecycle"),
        );
        write_if_other(&folder.join("Cargo.toml"), &manifest)?;
        // The same versions as here, so that nothing has to be looked up.
        let lock = folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(workspace.join("Cargo.lock"), lock)?;
        }
        write_if_other(&folder.join("src/main.rs"), source)?;
        Ok(Self {
            folder,
            target: root.join("target"),
        })
    }

    /// How long `cargo check` takes when the crate's one file was touched: all of it, or what incremental compilation
    /// leaves of it.
    fn check(&self, incremental: bool) -> io::Result<Duration> {
        let file = fs::File::options()
            .append(true)
            .open(self.folder.join("src/main.rs"))?;
        file.set_modified(std::time::SystemTime::now())?;
        let begun = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
            .output()?;
        let time = begun.elapsed();
        if output.status.success() {
            Ok(time)
        } else {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(io::Error::other(format!("`cargo check` failed:\n{error}")))
        }
    }
}

/// Where cargo put this program, less the profile's folder.
fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    exe.ancestors()
        .nth(2)
        .map_or_else(std::env::temp_dir, Path::to_path_buf)
}

/// What the workspace says about its dev profile.
fn profile(manifest: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.starts_with("[profile.dev");
        }
        if inside {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn write_if_other(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}

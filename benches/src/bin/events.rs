//! `cargo run --release -p benches --bin events [-- --smoke]`

fn main() -> std::process::ExitCode {
    benches::events::main()
}

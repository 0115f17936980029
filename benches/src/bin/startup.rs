//! `cargo run --release -p benches --bin startup [-- --smoke]`

fn main() -> std::process::ExitCode {
    benches::startup::main()
}

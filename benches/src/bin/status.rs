//! `cargo run --release -p benches --bin status [-- --smoke]`

fn main() -> std::process::ExitCode {
    benches::status::main()
}

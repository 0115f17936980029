//! `cargo run --release -p benches --bin restart [-- --smoke]`

fn main() -> std::process::ExitCode {
    benches::restart::main()
}

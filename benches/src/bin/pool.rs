//! `cargo run --release -p benches --bin pool [-- --smoke | --judged]`

fn main() -> std::process::ExitCode {
    benches::pool::main()
}

//! `cargo run --release -p benches --bin compile [-- --smoke]`

fn main() -> std::process::ExitCode {
    benches::compile::main()
}

//! `cargo run --release -p benches --bin soak [-- --jobs 10000000] [--smoke]`

fn main() -> std::process::ExitCode {
    benches::soak::main()
}

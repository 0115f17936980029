//! a plan of nothing; write `plan![Api]` with the components to start


fn main() {
    let _ = lifecycle::plan![];
}

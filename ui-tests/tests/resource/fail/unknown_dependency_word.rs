//! unknown kind of dependency `optionl`; did you mean `optional`?

use lifecycle::prelude::*;

#[resource]
struct Cache;

#[resource(depends_on = [optionl(Cache)])]
struct Database;

fn main() {}

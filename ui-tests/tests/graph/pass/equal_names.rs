//! Two components of one name are two components.

#![deny(warnings)]

use lifecycle::prelude::*;

mod one {
    use lifecycle::prelude::*;

    #[resource]
    pub struct Cache;
}

mod two {
    use lifecycle::prelude::*;

    #[resource(depends_on = [super::one::Cache])]
    pub struct Cache;
}

#[resource(depends_on = [one::Cache, two::Cache])]
struct Database;

fn main() {
    assert_eq!(lifecycle::plan![Database].nodes().len(), 3);
}

//! Types and whole components may come out of `macro_rules!`.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

macro_rules! component {
    ($name:ident, $($dependency:ty),*) => {
        #[resource(depends_on = [$($dependency),*])]
        struct $name;

        #[resource]
        impl $name {
            #[start]
            fn open($(_: Arc<$dependency>),*) -> Self {
                Self
            }
        }
    };
}

component!(Settings,);
component!(Database, Settings);
component!(Cache, Settings, Database);

macro_rules! plan_of {
    ($($root:ty),*) => {
        lifecycle::plan![$($root),*]
    };
}

fn main() {
    assert_eq!(plan_of![Cache].nodes().len(), 3);
}

//! `Foo` is not a lifecycle component


struct Foo;

#[lifecycle::app(services = [Foo])]
async fn main() {}

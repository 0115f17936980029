//! an app without services; write `#[lifecycle::app(services = [..])]`


#[lifecycle::app]
async fn main() {}

//! an app without services; name the components that nobody else needs, such as `services = [Api]`


#[lifecycle::app(services = [])]
async fn main() {}

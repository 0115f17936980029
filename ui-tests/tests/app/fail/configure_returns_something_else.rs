//! the function of `configure` cannot return `()`

use lifecycle::app::AppBuilder;
use lifecycle::prelude::*;

#[resource]
struct Settings;

fn setup(app: AppBuilder) {
    let _ = app;
}

#[lifecycle::app(services = [Settings], configure = setup)]
async fn main() {}

//! this hook cannot return `Result<(), NoError>`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    async fn close(&self) -> Result<(), NoError> {
        Ok(())
    }
}

pub struct NoError;

fn main() {}

//! Work that belongs to a component and goes on beside its run loop.

pub mod pool;

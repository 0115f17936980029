//! The attributes of `lifecycle`. They are documented where users find them: on the re-exports of that crate.
//!
//! Each room does one thing: `parse` turns tokens into syntax, `model` is what remains once `check` has asked every
//! question, `expand` writes code from a model, and `fallback` writes what keeps one mistake one error.

mod check;
mod errors;
mod expand;
mod fallback;
mod model;
mod names;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::model::{HookName, Kind};

/// See `lifecycle::resource`.
#[proc_macro_attribute]
pub fn resource(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Resource, args.into(), item.into()).into()
}

/// See `lifecycle::service`.
#[proc_macro_attribute]
pub fn service(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Service, args.into(), item.into()).into()
}

/// See `lifecycle::worker_pool`.
#[proc_macro_attribute]
pub fn worker_pool(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::WorkerPool, args.into(), item.into()).into()
}

/// See `lifecycle::app`.
#[proc_macro_attribute]
pub fn app(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::app::expand(args.into(), item.into()).into()
}

/// See `lifecycle::plan!`.
#[proc_macro]
pub fn plan(input: TokenStream) -> TokenStream {
    expand::plan::expand(input.into()).into()
}

/// See `lifecycle::load`.
#[proc_macro_attribute]
pub fn load(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Load, item.into()).into()
}

/// See `lifecycle::start`.
#[proc_macro_attribute]
pub fn start(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Start, item.into()).into()
}

/// See `lifecycle::run`.
#[proc_macro_attribute]
pub fn run(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Run, item.into()).into()
}

/// See `lifecycle::drain`.
#[proc_macro_attribute]
pub fn drain(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Drain, item.into()).into()
}

/// See `lifecycle::stop`.
#[proc_macro_attribute]
pub fn stop(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Stop, item.into()).into()
}

/// See `lifecycle::health`.
#[proc_macro_attribute]
pub fn health(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Health, item.into()).into()
}

/// See `lifecycle::every`.
#[proc_macro_attribute]
pub fn every(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Every, item.into()).into()
}

/// See `lifecycle::on`.
#[proc_macro_attribute]
pub fn on(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::On, item.into()).into()
}

/// See `lifecycle::cron`.
#[proc_macro_attribute]
pub fn cron(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Cron, item.into()).into()
}

/// See `lifecycle::work`.
#[proc_macro_attribute]
pub fn work(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Work, item.into()).into()
}

/// See `lifecycle::job_failed`.
#[proc_macro_attribute]
pub fn job_failed(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::JobFailed, item.into()).into()
}

/// See `lifecycle::unfinished`.
#[proc_macro_attribute]
pub fn unfinished(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_hook(HookName::Unfinished, item.into()).into()
}

/// See `lifecycle::inject`.
#[proc_macro_attribute]
pub fn inject(_args: TokenStream, item: TokenStream) -> TokenStream {
    fallback::stray_inject(item.into()).into()
}

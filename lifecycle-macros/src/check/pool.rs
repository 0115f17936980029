//! Rules about worker pools.

use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, Lit, LitStr, Signature, Type};

use super::dependency::shown;
use crate::errors::Errors;
use crate::model::{Hook, HookName, Kind};
use crate::parse::entries::Entry;
use crate::parse::{argument_of, ends, ungroup};

/// Wrong: `#[work]` in a `#[service]`. Right: in a `#[worker_pool]`.
pub(crate) fn pool_hook_elsewhere(
    kind: Kind,
    which: HookName,
    attribute: &Attribute,
    errors: &mut Errors,
) {
    if which.is_of_pool() && kind != Kind::WorkerPool {
        let (name, what) = (which.as_str(), kind.in_words());
        let message = format!(
            "{what} does no jobs; make it a `#[worker_pool]`, on the struct and here, or remove `#[{name}]`"
        );
        errors.at(attribute.path().span(), message);
    }
}

/// Wrong: `#[worker_pool] impl Mailer {}`. Right: with a `#[work]`.
pub(crate) fn no_work(kind: Kind, hooks: &[Hook], self_ty: Option<&Type>, errors: &mut Errors) {
    let has_work = || hooks.iter().any(|hook| hook.which == HookName::Work);
    if let (Kind::WorkerPool, Some(ty), false) = (kind, self_ty, has_work()) {
        let message = "a worker pool needs work; add `#[work] async fn work(&self, job: Job) -> Result<(), Error>`";
        errors.push(Error::new(ends(ty).0, message));
    }
}

/// Wrong: `#[work] fn send(&self)`. Right: `#[work] fn send(&self, mail: Mail)`.
pub(crate) fn job_parameters(which: HookName, signature: &Signature, errors: &mut Errors) {
    let parameters: Vec<&Type> = signature
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Some(ungroup(&argument.ty)),
        })
        .collect();
    match which {
        HookName::Work => {
            job_missing(signature, &parameters, errors);
            if let Some(first) = parameters.first() {
                unsized_job(first, errors);
            }
        }
        HookName::JobFailed => job_failed_parameters(&parameters, errors),
        HookName::Unfinished => unfinished_without_jobs(signature, parameters.first(), errors),
        _ => {}
    }
}

/// The first parameter is the job; what every hook may take comes behind it, and that is nothing borrowed.
fn job_missing(signature: &Signature, parameters: &[&Type], errors: &mut Errors) {
    let first = parameters.first();
    let is_borrowed = |ty: &Type| matches!(ty, Type::Reference(_));
    let later = parameters.iter().skip(1).find(|ty| is_borrowed(ty));
    if let (Some(Type::Reference(job)), Some(first), Some(_)) = (later, first, signature.receiver())
        && !is_borrowed(first)
    {
        let (method, shown) = (&signature.ident, shown(&job.elem));
        let and = if job.mutability.is_some() {
            "&mut "
        } else {
            "&"
        };
        let message = format!(
            "`#[work]` takes the job first; write `fn {method}(&self, job: {and}{shown}, ..)`"
        );
        return errors.push(Error::new(ends(job).0, message));
    }
    let is_job = first.is_some_and(|ty| !is_for_all(ty));
    if !is_job && signature.receiver().is_some() {
        let method = &signature.ident;
        let more = if first.is_some() { ", .." } else { "" };
        let message = format!("`#[work]` does a job; write `fn {method}(&self, job: Job{more})`");
        errors.at(method.span(), message);
    }
}

/// Wrong: `job: &str`. Right: `job: &String`.
fn unsized_job(first: &Type, errors: &mut Errors) {
    let Type::Reference(borrowed) = first else {
        return;
    };
    let owned = match ungroup(&borrowed.elem) {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", shown(&slice.elem)),
        _ => return,
    };
    let message = format!("a pool owns its jobs; write `&{owned}`");
    errors.push(Error::new(ends(first).0, message));
}

fn is_for_all(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Context" || last.ident == "Shutdown")
}

/// The job comes as `Option<&Job>`, because the work may have taken it; the error belongs to who waits for the job.
fn job_failed_parameters(parameters: &[&Type], errors: &mut Errors) {
    let borrowed = parameters
        .iter()
        .filter(|ty| matches!(ty, Type::Reference(_)));
    if let Some(second) = borrowed.clone().nth(1) {
        let message = "`#[job_failed]` takes the error as `&JobError<E>`, and the job as `Option<&Job>`, because the work may have taken it";
        errors.push(Error::new(ends(second).0, message));
    }
    for ty in parameters {
        if let Some(error) = argument_of(ty, "JobError") {
            let error = shown(error);
            let message =
                format!("the error goes on to who waits for the job; write `&JobError<{error}>`");
            errors.push(Error::new(ends(ty).0, message));
        }
        let taken = argument_of(ty, "Option").filter(|ty| matches!(ty, Type::Path(_)));
        let is_handle = |ty| {
            argument_of(ty, "Arc")
                .or_else(|| argument_of(ty, "Queue"))
                .is_some()
        };
        if let Some(job) = taken.filter(|ty| !is_handle(ty)) {
            let job = shown(job);
            let message = format!("a failed job is borrowed; write `Option<&{job}>`");
            errors.push(Error::new(ends(ty).0, message));
        }
    }
}

fn unfinished_without_jobs(signature: &Signature, first: Option<&&Type>, errors: &mut Errors) {
    let are_jobs = first.is_some_and(|ty| argument_of(ty, "Arc").is_none() && !is_for_all(ty));
    if !are_jobs && signature.receiver().is_some() {
        let method = &signature.ident;
        let more = if first.is_some() { ", .." } else { "" };
        let message = format!(
            "`#[unfinished]` gets the jobs that were not done; write `fn {method}(&self, jobs: Unfinished<Job>{more})`"
        );
        errors.at(method.span(), message);
    }
}

/// Wrong: `capacity = "unbound"`. Right: `capacity = "unbounded"`.
pub(crate) fn unknown_capacity(text: &LitStr) -> Result<(), Error> {
    if text.value() == "unbounded" {
        return Ok(());
    }
    let message = format!(
        "a queue has no `capacity` of `{}`; write how many jobs may wait, such as `capacity = 256`, or `capacity = \"unbounded\"`",
        text.value()
    );
    Err(Error::new(text.span(), message))
}

/// Wrong: `capacity = unbounded`. Right: `capacity = "unbounded"`.
pub(crate) fn unquoted_capacity(entry: &Entry) -> Result<(), Error> {
    let text = entry.value.as_ref().map(ToString::to_string);
    if text.as_deref() != Some("unbounded") {
        return Ok(());
    }
    let message = "`unbounded` stands in quotes; write `capacity = \"unbounded\"`";
    Err(Error::new(entry.span(), message))
}

/// Wrong: `capacity = 0`. Right: `capacity = 256`, or `capacity = "unbounded"`.
pub(crate) fn no_capacity(entry: &Entry, number: Option<&Lit>) -> Result<(), Error> {
    match number {
        Some(Lit::Int(number)) if number.base10_digits() == "0" => {
            let message = "a queue without room takes no job; write at least 1, or `capacity = \"unbounded\"`";
            Err(Error::new(entry.span(), message))
        }
        _ => Ok(()),
    }
}

//! Worker pools: the work of the impl half, the options of the struct half.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, Type};

use super::setters::Setters;
use super::{call_between, hooks, outcome};
use crate::model::{Capacity, Hook, HookName, Kind, Pool};
use crate::names::{Names, cx, this};
use crate::parse::{argument_of, ends, ungroup};

/// `const OPTIONS: PoolOptions = PoolOptions::new().workers(4).capacity(256);`
pub(super) fn options(names: &Names, pool: &Pool) -> TokenStream {
    let options = names.pool_options();
    let number = |value: Option<u32>| value.map(Literal::u32_unsuffixed);
    let mut setters = Setters::default();
    setters.set("workers", number(pool.workers));
    match pool.capacity {
        Some(Capacity::Jobs(jobs)) => setters.set("capacity", number(Some(jobs))),
        Some(Capacity::Unbounded) => setters.flag("unbounded", true),
        None => {}
    }
    setters.set("keep_errors", number(pool.errors_kept));
    setters.flag("stop_on_error", pool.stop_on_error);
    setters.flag("stop_on_panic", pool.stop_on_panic);
    quote!(const OPTIONS: #options = #options::new() #setters;)
}

/// `begin_pool(this, cx, <Mailer as WorkerPool>::OPTIONS, true)`, which stands on the line of the method: tasks that overstay are said to come from there. It is told whether failed jobs are observed.
pub(super) fn begin(names: &Names, self_ty: &Type, work: &Hook, hooks: &[&Hook]) -> TokenStream {
    let (this, cx, at) = (this(), cx(), place(work));
    let failed = hooks.iter().find(|hook| hook.which == HookName::JobFailed);
    let is_observed = match failed {
        None => quote!(false),
        Some(failed) if failed.cfgs.is_empty() => quote!(true),
        Some(failed) => {
            let (cfgs, local) = (&failed.cfgs, Ident::new("observed", Span::mixed_site()));
            quote!({ let #local = false; #(#cfgs)* let #local = true; #local })
        }
    };
    let begin = put(at, names.begin_pool().to_token_stream());
    let worker_pool = names.of_kind(Kind::WorkerPool);
    // Where the type stands: if the struct half is missing, this is the error that the impl half gives anyway.
    let options = put(ends(self_ty).0, quote!(<#self_ty as #worker_pool>::OPTIONS));
    call_between(at, at, &begin, &quote!(#this, #cx, #options, #is_observed))
}

/// ```ignore
/// impl Work for Mailer {
///     type Job = Mail;
///     type Output = <io::Result<()> as JobOutcome>::Value;
///     type Error = <io::Result<()> as JobOutcome>::Error;
///     async fn work(&self, job: &mut Job<Mail>) -> Result<Self::Output, Self::Error> { .. }
///     async fn unfinished(&self, jobs: Unfinished<Mail>) -> Result<(), BoxError> { .. }
/// }
/// ```
pub(super) fn work(names: &Names, self_ty: &Type, hooks: &[&Hook]) -> Option<TokenStream> {
    let work = hooks.iter().find(|hook| hook.which == HookName::Work)?;
    let methods = hooks.iter().map(|hook| match hook.which {
        HookName::Work => doing(names, hook),
        HookName::JobFailed => failed(names, hook),
        HookName::Unfinished => unfinished(names, hook),
        _ => TokenStream::new(),
    });
    Some(implementation(names, self_ty, work, &quote!(#(#methods)*)))
}

/// The same, when something is wrong: those who submit have made no mistake.
pub(crate) fn stub(names: &Names, self_ty: &Type, hooks: &[Hook]) -> Option<TokenStream> {
    let work = hooks.iter().find(|hook| hook.which == HookName::Work)?;
    work.parameters.first()?;
    let (job, result) = (names.job(), result());
    let body = quote! {
        async fn work(&self, _: &mut #job<Self::Job>) -> #result { ::core::unreachable!() }
    };
    Some(implementation(names, self_ty, work, &body))
}

fn implementation(
    names: &Names,
    self_ty: &Type,
    work: &Hook,
    methods: &TokenStream,
) -> TokenStream {
    let (pool_work, outcome, cfgs) = (names.pool_work(), names.job_outcome(), &work.cfgs);
    let job = match ungroup(&work.parameters[0]) {
        Type::Reference(borrowed) => owned(&borrowed.elem),
        taken => taken.to_token_stream(),
    };
    let part = |part: &str| {
        let part = Ident::new(part, Span::call_site());
        match &work.returns {
            ReturnType::Default => quote!(<() as #outcome>::#part),
            ReturnType::Type(_, ty) => put(place(work), quote!(<#ty as #outcome>::#part)),
        }
    };
    let (output, error) = (part("Value"), part("Error"));
    let at = place(work);
    let header = put(at, quote!(impl #pool_work for));
    let body = quote_spanned! {at=>
        {
            type Job = #job;
            type Output = #output;
            type Error = #error;
            #methods
        }
    };
    // What stands where the user's code stands is linted like it.
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        #[allow(unused_variables, clippy::all)]
        #[diagnostic::do_not_recommend]
        #header #self_ty #body
    }
}

/// The job itself. Where a part of it is borrowed, that has been said, and nobody else is to stumble over it.
fn owned(job: &Type) -> TokenStream {
    match ungroup(job) {
        Type::Path(path) if path.path.is_ident("str") => quote!(::std::string::String),
        Type::Slice(slice) => {
            let item = &slice.elem;
            quote!(::std::vec::Vec<#item>)
        }
        job => job.to_token_stream(),
    }
}

fn result() -> TokenStream {
    quote!(::core::result::Result<Self::Output, Self::Error>)
}

/// The tokens as if they stood there: what is wrong with them is said there, and of several alike the compiler says one.
fn put(at: Span, tokens: TokenStream) -> TokenStream {
    let place = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), put(at, group.stream())).into();
        }
        token.set_span(at);
        token
    };
    tokens.into_iter().map(place).collect()
}

/// Where to point when what the method returns is wrong, or is not `Send`.
fn place(hook: &Hook) -> Span {
    match &hook.returns {
        ReturnType::Default => hook.method.span(),
        ReturnType::Type(_, ty) => ends(ty).0,
    }
}

/// A method that gives a future: said like this, and not `async`, so that the compiler says there that it is not `Send`.
fn sends(
    hook: &Hook,
    method: TokenStream,
    output: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let cfgs = &hook.cfgs;
    let header = quote! {
        fn #method -> impl ::core::future::Future<Output = #output> + ::core::marker::Send
    };
    let (header, future) = (
        put(place(hook), header),
        quote_spanned!(place(hook)=> { async move { #body } }),
    );
    quote!(#(#cfgs)* #header #future)
}

fn doing(names: &Names, hook: &Hook) -> TokenStream {
    let (job, outcome, result) = (names.job(), names.job_outcome(), result());
    let first = &hook.parameters[0];
    let at = ends(first).0;
    let given = match ungroup(first) {
        Type::Reference(borrowed) if borrowed.mutability.is_some() => {
            quote_spanned!(at=> job.get_mut())
        }
        Type::Reference(_) => quote_spanned!(at=> job.get()),
        _ => quote_spanned!(at=> job.take()),
    };
    let (context, call) = call(names, hook, &[(0, given)]);
    let (local, finish) = (
        Ident::new("returned", place(hook)),
        put(place(hook), quote!(#outcome::result)),
    );
    sends(
        hook,
        quote!(work(&self, job: &mut #job<Self::Job>)),
        &result,
        &quote!(#context let #local = #call; #finish(#local)),
    )
}

fn failed(names: &Names, hook: &Hook) -> TokenStream {
    let (job_error, error) = (names.job_error(), names.box_error());
    let given: Vec<_> = hook
        .parameters
        .iter()
        .enumerate()
        .filter_map(|(index, ty)| Some((index, of_failed(ty)?)))
        .collect();
    let (context, call) = call(names, hook, &given);
    let outcome = outcome(names, hook.output, &quote!(()), "outcome", &call);
    sends(
        hook,
        quote! {
            job_failed(
                &self,
                job: ::core::option::Option<&mut Self::Job>,
                error: &mut #job_error<Self::Error>,
            )
        },
        &quote!(::core::result::Result<(), #error>),
        &quote!(#context #outcome),
    )
}

/// What comes for a parameter that is about the failed job: a reference is the error, an optional one the job.
fn of_failed(ty: &Type) -> Option<TokenStream> {
    let at = ends(ty).0;
    let ty = ungroup(ty);
    if let Type::Reference(_) = ty {
        return Some(quote_spanned!(at=> error));
    }
    match argument_of(ty, "Option")? {
        Type::Reference(job) if job.mutability.is_some() => Some(quote_spanned!(at=> job)),
        Type::Reference(_) => Some(quote_spanned!(at=> job.map(|job| &*job))),
        _ => None,
    }
}

fn unfinished(names: &Names, hook: &Hook) -> TokenStream {
    let (unfinished, error) = (names.unfinished(), names.box_error());
    let jobs = quote_spanned!(ends(&hook.parameters[0]).0=> jobs);
    let (context, call) = call(names, hook, &[(0, jobs)]);
    let outcome = outcome(names, hook.output, &quote!(()), "outcome", &call);
    sends(
        hook,
        quote!(unfinished(&self, jobs: #unfinished<Self::Job>)),
        &quote!(::core::result::Result<(), #error>),
        &quote!(#context #outcome),
    )
}

/// `Self::send(self, job.take(), <Arc<Database> as Argument<Self>>::take(cx)).await`, and what finds the context if a
/// dependency is asked for: the work is done in tasks of the component.
fn call(names: &Names, hook: &Hook, given: &[(usize, TokenStream)]) -> (TokenStream, TokenStream) {
    let find = |index| given.iter().find(|(at, _)| *at == index);
    let arguments = hook
        .parameters
        .iter()
        .enumerate()
        .map(|(index, ty)| match find(index) {
            Some((_, given)) => given.clone(),
            None => hooks::arguments(names, std::slice::from_ref(ty)).collect(),
        });
    let wait = hook
        .is_async
        .then(|| quote_spanned!(hook.method.span()=> .await));
    let method = &hook.method;
    let call = quote!(Self::#method(self, #(#arguments),*) #wait);
    let asks = given.len() < hook.parameters.len();
    let context = asks.then(|| {
        let (cx, context) = (cx(), names.context());
        quote!(let #cx = &<#context>::current();)
    });
    (context.into_iter().collect(), call)
}

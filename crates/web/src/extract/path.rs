//! Ids and words in paths. A wrong, guessed or foreign-type id is answered as an unknown one, before any table is read.

use crate::Refused;
use crate::edge::Edge;
use crate::refused::edge_refusals::route_not_found;
use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use kernel::{Refusal, TypedId};

/// Characters of the longest word a path may carry (a slug has at most 100).
const WORD_CHARS_MAX: usize = 200;

/// The last id in the path. Refusal: 404 `NOT_FOUND` naming the kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Path<I>(pub I);

/// The first two ids in the path, in order. Refusal: 404 `NOT_FOUND`.
#[derive(Debug, Clone, Copy)]
pub struct Path2<A, B>(pub A, pub B);

/// The last parameter of the path as a word (a slug, a gateway's name): 1..=200 characters, no control characters.
/// Refusal: 404 `NOT_FOUND`.
#[derive(Debug, Clone)]
pub struct PathText(pub String);

impl<I: TypedId, S: Send + Sync> FromRequestParts<S> for Path<I>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let params = params(parts, state).await?;
        Ok(Self(id(&Edge::from_ref(state), params.iter().last())?))
    }
}

impl<A: TypedId, B: TypedId, S: Send + Sync> FromRequestParts<S> for Path2<A, B>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let (edge, params) = (Edge::from_ref(state), params(parts, state).await?);
        let mut params = params.iter();
        Ok(Self(id(&edge, params.next())?, id(&edge, params.next())?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let params = params(parts, state).await?;
        let word = params.iter().last().map_or("", |(_, word)| word);
        let usable = !word.is_empty() && !word.chars().any(char::is_control);
        if !usable || word.chars().count() > WORD_CHARS_MAX {
            return Err(Refusal::not_found("page").into());
        }
        Ok(Self(word.to_owned()))
    }
}

async fn params<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, Refusal> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| route_not_found())
}

fn id<I: TypedId>(edge: &Edge, param: Option<(&str, &str)>) -> Result<I, Refusal> {
    let (_, text) =
        param.ok_or_else(|| Refusal::internal("the route has fewer parameters than its handler reads"))?;
    edge.ids().decode(text).map_err(|_| Refusal::not_found(I::NAME))
}

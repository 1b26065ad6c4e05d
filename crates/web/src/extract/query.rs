//! Query strings. Unknown names and wrong types are refused, by name: a filter that was misspelled must not look like none.

use crate::Refused;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Refusal;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::Cell;

/// Characters of a parser's complaint that are passed on; it may quote the input.
const COMPLAINT_CHARS_MAX: usize = 200;

/// Characters of an unknown name that are passed on.
const NAME_CHARS_MAX: usize = 60;

/// The query string as `T`. Refusal: 400 `VALIDATION_ERROR`, naming what `T` does not know or cannot read.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        refuse_nul("query", parts.uri.query().unwrap_or_default().as_bytes())?;
        refuse_unknown::<T>(parts.uri.query().unwrap_or_default())?;
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(complaint("query", &error.body_text()).into()),
        }
    }
}

/// Refuses the first name that `T` does not read. A `T` that does not say its names takes every one.
fn refuse_unknown<T: DeserializeOwned>(query: &str) -> Result<(), Refusal> {
    if query.is_empty() {
        return Ok(());
    }
    let names = Cell::new(None);
    drop(T::deserialize(FieldNames(&names)));
    let Some(known) = names.get() else { return Ok(()) };
    let all = form_urlencoded::parse(query.as_bytes());
    match all.map(|(name, _)| name).find(|name| !known.contains(&name.as_ref())) {
        Some(unknown) => {
            let name: String =
                unknown.chars().filter(|sign| !sign.is_control()).take(NAME_CHARS_MAX).collect();
            let known = known.join(", ");
            Err(Refusal::field(&name, &format!("is no parameter of this address; there are: {known}")))
        }
        None => Ok(()),
    }
}

/// Reads nothing: it only learns the names of the fields that a struct asks for.
struct FieldNames<'c>(&'c Cell<Option<&'static [&'static str]>>);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("nothing is read here"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.set(Some(fields));
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Refuses an encoded NUL in `name=value` pairs; no database text can hold one.
pub(super) fn refuse_nul(what: &str, pairs: &[u8]) -> Result<(), Refusal> {
    if pairs.windows(3).any(|window| window == b"%00") || pairs.contains(&0) {
        return Err(Refusal::field(what, "must not contain the NUL character"));
    }
    Ok(())
}

pub(super) fn complaint(what: &str, problem: &str) -> Refusal {
    let problem: String = problem.chars().take(COMPLAINT_CHARS_MAX).collect();
    Refusal::field(what, &problem)
}

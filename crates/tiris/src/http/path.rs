//! Ids in paths and query strings: a malformed one is 400 with its noun's code, a well-formed one that is not ours 404.

use super::state::TirisState;
use crate::domain::ids::{
    ApiKeyId, ExchangeBindingId, PortfolioId, ReconciliationId, SubAccountId, TradingId, TradingLogId,
    TransactionId,
};
use crate::refusals;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use kernel::{Meaning, PublicIds, Refusal, TypedId, UserId};
use web::Refused;

/// What an id of this kind is called when it is refused.
pub trait NamedId: TypedId {
    /// The code of a malformed one.
    const INVALID: &'static str;

    /// The refusal of an unknown one.
    fn unknown() -> Refusal;
}

macro_rules! named {
    ($($id:ty, $invalid:literal, $unknown:expr;)*) => {
        $(impl NamedId for $id {
            const INVALID: &'static str = $invalid;

            fn unknown() -> Refusal {
                $unknown
            }
        })*
    };
}

named! {
    TradingId, "INVALID_TRADING_ID", refusals::trading_not_found();
    SubAccountId, "INVALID_SUBACCOUNT_ID", refusals::sub_account_not_found();
    TransactionId, "INVALID_TRANSACTION_ID", refusals::transaction_not_found();
    TradingLogId, "INVALID_TRADING_LOG_ID", refusals::log_not_found();
    ExchangeBindingId, "INVALID_ID", refusals::binding_not_found();
    PortfolioId, "INVALID_ID", refusals::portfolio_not_found();
    ReconciliationId, "INVALID_ID", refusals::reconciliation_not_found();
    ApiKeyId, "INVALID_ID", refusals::api_key_not_found();
    UserId, "INVALID_USER_ID", Refusal::new(Meaning::NotFound, "USER_NOT_FOUND", "There is no such user.");
}

/// Reads an id. Errors: 400 with the noun's code, or the noun's 404.
pub fn read<I: NamedId>(public: &PublicIds, text: &str) -> Result<I, Refusal> {
    public.decode(text).map_err(|_| match uuid::Uuid::try_parse(text) {
        Ok(_) => I::unknown(),
        Err(_) => Refusal::new(Meaning::Invalid, I::INVALID, format!("This is no id of a {}.", I::NAME)),
    })
}

/// The same where one was given.
pub fn optional<I: NamedId>(public: &PublicIds, text: Option<&str>) -> Result<Option<I>, Refusal> {
    text.filter(|text| !text.is_empty()).map(|text| read(public, text)).transpose()
}

/// The last id in the path.
#[derive(Debug, Clone, Copy)]
pub struct Id<I>(pub I);

impl<I: NamedId> FromRequestParts<TirisState> for Id<I> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| I::unknown())?;
        let text = params.iter().last().map_or("", |(_, text)| text);
        Ok(Self(read(&state.app.public, text)?))
    }
}

/// The first two ids in the path, in order.
#[derive(Debug, Clone, Copy)]
pub struct Id2<A, B>(pub A, pub B);

impl<A: NamedId, B: NamedId> FromRequestParts<TirisState> for Id2<A, B> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TirisState) -> Result<Self, Refused> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| A::unknown())?;
        let mut texts = params.iter().map(|(_, text)| text);
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        Ok(Self(read(&state.app.public, first)?, read(&state.app.public, second)?))
    }
}

//! What a log that moves money says in its `info`: read field by field, exact, the first fault named.

use super::decimal;
use super::ids::SubAccountId;
use super::log_type::BusinessType;
use kernel::{AmountFault, AssetCode, PublicIds};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The account of a well-formed id that we never gave out: nobody has it.
pub const NOBODYS: SubAccountId = SubAccountId(0);
/// Bytes of the longest name of an order or a fill.
const FILL_BYTES_MAX: usize = 255;

/// What a log asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// One asset for another.
    Trade(Trade),
    /// Money comes or leaves.
    Movement(Movement),
}

/// A buy or a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// Which.
    pub kind: BusinessType,
    /// Where the asset lies.
    pub stock_account: SubAccountId,
    /// Where the quote lies.
    pub currency_account: SubAccountId,
    /// The asset.
    pub stock: AssetCode,
    /// The quote.
    pub currency: AssetCode,
    /// Units of the quote for one whole of the asset; more than 0.
    pub price: i64,
    /// Units of the asset; more than 0.
    pub volume: i64,
    /// What the exchange took; 0 or more.
    pub fee: i64,
    /// From where it took it.
    pub fee_place: FeePlace,
    /// The exchange's name of the fill, where it was said.
    pub fill: Option<FillName>,
}

/// From where a fee is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeePlace {
    /// From the quote: folded into the currency leg.
    Quote,
    /// From an account of its own, as its own leg: the base, or a third asset.
    Account {
        /// Which.
        account: SubAccountId,
        /// In what.
        symbol: AssetCode,
    },
}

/// What an exchange calls one fill of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FillName {
    /// The order's name.
    pub order: String,
    /// The fill's; empty where an order is filled once.
    pub fill: String,
}

/// A deposit or a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Which.
    pub kind: BusinessType,
    /// Where.
    pub account: SubAccountId,
    /// Units; more than 0.
    pub amount: i64,
    /// In what; none: whatever the account holds.
    pub currency: Option<AssetCode>,
    /// Why, in the writer's words; none: the type's.
    pub reason: Option<String>,
}

/// The first thing that is wrong with an `info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InfoFault {
    /// Which field; empty: all of it.
    pub field: &'static str,
    /// What.
    pub problem: InfoProblem,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InfoProblem {
    /// It is needed.
    IsMissing,
    /// It is of another type, or twice there.
    HasAnotherType,
    /// It is no id.
    IsNotAnId,
    /// It is no symbol of 1 to 20 letters or digits.
    IsNotASymbol,
    /// It is no amount.
    IsNotAnAmount(AmountFault),
    /// It must be more than 0.
    MustBePositive,
    /// Both legs name one account.
    AccountsAreTheSame,
    /// It is too long.
    IsTooLong,
}

/// The fields of both kinds; each is read when it is needed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields<'i> {
    #[serde(borrow)]
    stock_account_id: Option<&'i RawValue>,
    #[serde(borrow)]
    currency_account_id: Option<&'i RawValue>,
    #[serde(borrow)]
    price: Option<&'i RawValue>,
    #[serde(borrow)]
    volume: Option<&'i RawValue>,
    #[serde(borrow)]
    stock: Option<&'i RawValue>,
    #[serde(borrow)]
    currency: Option<&'i RawValue>,
    #[serde(borrow)]
    fee: Option<&'i RawValue>,
    #[serde(borrow)]
    fee_currency: Option<&'i RawValue>,
    #[serde(borrow)]
    fee_account_id: Option<&'i RawValue>,
    #[serde(borrow)]
    order_id: Option<&'i RawValue>,
    #[serde(borrow)]
    fill_id: Option<&'i RawValue>,
    #[serde(borrow)]
    account_id: Option<&'i RawValue>,
    #[serde(borrow)]
    amount: Option<&'i RawValue>,
}

/// Reads the `info` of a log of this type. Errors: the first fault in the order in which the fields are documented.
pub fn parse(kind: BusinessType, info: &str, public: &PublicIds) -> Result<Posting, InfoFault> {
    let all = InfoFault { field: "", problem: InfoProblem::HasAnotherType };
    let fields: Fields<'_> = serde_json::from_str(info).map_err(|_| all)?;
    match kind {
        BusinessType::Long | BusinessType::Short | BusinessType::StopLoss => {
            trade(kind, &fields, public).map(Posting::Trade)
        }
        BusinessType::Deposit | BusinessType::Withdraw => {
            movement(kind, &fields, public).map(Posting::Movement)
        }
    }
}

fn trade(kind: BusinessType, fields: &Fields<'_>, public: &PublicIds) -> Result<Trade, InfoFault> {
    let stock_account = account("stock_account_id", fields.stock_account_id, public)?;
    let currency_account = account("currency_account_id", fields.currency_account_id, public)?;
    let is_same = stock_account == currency_account && stock_account != NOBODYS;
    if is_same || same_text(fields.stock_account_id, fields.currency_account_id) {
        return Err(InfoFault { field: "currency_account_id", problem: InfoProblem::AccountsAreTheSame });
    }
    let price = positive("price", fields.price)?;
    let volume = positive("volume", fields.volume)?;
    let stock = symbol("stock", fields.stock)?;
    let currency = symbol("currency", fields.currency)?;
    let fee = amount("fee", fields.fee)?;
    let fee_place = fee_place(fields, (stock, stock_account), currency, public)?;
    let fill = fill(fields)?;
    let parts =
        Trade { kind, stock_account, currency_account, stock, currency, price, volume, fee, fee_place, fill };
    Ok(parts)
}

/// A fee is in the quote unless its currency says otherwise; one in the base leaves the account of the base by itself.
fn fee_place(
    fields: &Fields<'_>,
    (stock, stock_account): (AssetCode, SubAccountId),
    currency: AssetCode,
    public: &PublicIds,
) -> Result<FeePlace, InfoFault> {
    if fields.fee_currency.is_none() {
        return Ok(FeePlace::Quote);
    }
    let fee_symbol = symbol("fee_currency", fields.fee_currency)?;
    if fee_symbol == currency {
        return Ok(FeePlace::Quote);
    }
    let account = match fields.fee_account_id {
        None if fee_symbol == stock => stock_account,
        named => account("fee_account_id", named, public)?,
    };
    Ok(FeePlace::Account { account, symbol: fee_symbol })
}

fn fill(fields: &Fields<'_>) -> Result<Option<FillName>, InfoFault> {
    let Some(order) = fields.order_id else { return Ok(None) };
    let order = name("order_id", order)?;
    let fill = fields.fill_id.map(|fill| name("fill_id", fill)).transpose()?.unwrap_or_default();
    Ok((!order.is_empty()).then_some(FillName { order, fill }))
}

fn movement(kind: BusinessType, fields: &Fields<'_>, public: &PublicIds) -> Result<Movement, InfoFault> {
    Ok(Movement {
        kind,
        account: account("account_id", fields.account_id, public)?,
        amount: positive("amount", fields.amount)?,
        currency: Some(symbol("currency", fields.currency)?),
        reason: None,
    })
}

fn needed<'i>(field: &'static str, value: Option<&'i RawValue>) -> Result<&'i RawValue, InfoFault> {
    value.filter(|raw| raw.get() != "null").ok_or(InfoFault { field, problem: InfoProblem::IsMissing })
}

fn text(field: &'static str, raw: &RawValue) -> Result<String, InfoFault> {
    let fault = InfoFault { field, problem: InfoProblem::HasAnotherType };
    serde_json::from_str::<String>(raw.get()).map_err(|_| fault)
}

/// Names of exchanges are texts or numbers.
fn name(field: &'static str, raw: &RawValue) -> Result<String, InfoFault> {
    let digits = raw.get();
    let name = match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.to_owned(),
        false => text(field, raw)?,
    };
    let fits = name.len() <= FILL_BYTES_MAX;
    if fits { Ok(name) } else { Err(InfoFault { field, problem: InfoProblem::IsTooLong }) }
}

fn account(
    field: &'static str,
    value: Option<&RawValue>,
    public: &PublicIds,
) -> Result<SubAccountId, InfoFault> {
    let id = text(field, needed(field, value)?)?;
    match public.decode::<SubAccountId>(&id) {
        Ok(id) => Ok(id),
        Err(_) if uuid::Uuid::try_parse(&id).is_ok() => Ok(NOBODYS),
        Err(_) => Err(InfoFault { field, problem: InfoProblem::IsNotAnId }),
    }
}

fn same_text(one: Option<&RawValue>, other: Option<&RawValue>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.get().eq_ignore_ascii_case(other.get()))
}

fn symbol(field: &'static str, value: Option<&RawValue>) -> Result<AssetCode, InfoFault> {
    let text = text(field, needed(field, value)?)?;
    super::sub_account::symbol(&text).ok_or(InfoFault { field, problem: InfoProblem::IsNotASymbol })
}

fn amount(field: &'static str, value: Option<&RawValue>) -> Result<i64, InfoFault> {
    let raw = needed(field, value)?;
    let fault = |fault| InfoFault { field, problem: InfoProblem::IsNotAnAmount(fault) };
    decimal::parse_json(raw.get()).map_err(fault)
}

fn positive(field: &'static str, value: Option<&RawValue>) -> Result<i64, InfoFault> {
    match amount(field, value)? {
        0 => Err(InfoFault { field, problem: InfoProblem::MustBePositive }),
        units => Ok(units),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn public() -> PublicIds {
        PublicIds::new([7; 16])
    }

    fn good() -> Value {
        let id = |number| public().encode(SubAccountId(number));
        json!({ "stock_account_id": id(5), "currency_account_id": id(6), "price": 3000, "volume": "2",
                "stock": "ETH", "currency": "USDT", "fee": 12 })
    }

    fn fault(change: impl Fn(&mut Value)) -> (&'static str, InfoProblem) {
        let mut info = good();
        change(&mut info);
        let fault = parse(BusinessType::Long, &info.to_string(), &public()).expect_err("a fault");
        (fault.field, fault.problem)
    }

    #[test]
    fn a_trade_is_read_exactly() {
        let Ok(Posting::Trade(trade)) = parse(BusinessType::Long, &good().to_string(), &public()) else {
            panic!("it is a trade")
        };
        assert_eq!((trade.price, trade.volume, trade.fee), (300_000_000_000, 200_000_000, 1_200_000_000));
        assert_eq!((trade.stock_account, trade.fee_place), (SubAccountId(5), FeePlace::Quote));
    }

    #[test]
    fn each_missing_field_is_named() {
        let fields = good().as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        for field in fields {
            let found = fault(|info| drop(info.as_object_mut().expect("an object").remove(&field)));
            assert_eq!((found.0, found.1), (found.0, InfoProblem::IsMissing));
            assert_eq!(found.0, field);
        }
    }

    #[test]
    fn bad_values_are_named_by_their_fault() {
        let decimals = InfoProblem::IsNotAnAmount(AmountFault::TooManyDecimals);
        assert_eq!(fault(|info| info["volume"] = "0.123456789".into()), ("volume", decimals));
        let negative = InfoProblem::IsNotAnAmount(AmountFault::Negative);
        assert_eq!(fault(|info| info["fee"] = (-1).into()), ("fee", negative));
        assert_eq!(fault(|info| info["price"] = 0.into()), ("price", InfoProblem::MustBePositive));
        assert_eq!(fault(|info| info["stock"] = "E-H".into()), ("stock", InfoProblem::IsNotASymbol));
        assert_eq!(fault(|info| info["stock"] = 5.into()), ("stock", InfoProblem::HasAnotherType));
        let id = fault(|info| info["stock_account_id"] = "five".into());
        assert_eq!(id, ("stock_account_id", InfoProblem::IsNotAnId));
        let same = fault(|info| info["stock_account_id"] = info["currency_account_id"].clone());
        assert_eq!(same, ("currency_account_id", InfoProblem::AccountsAreTheSame));
        assert_eq!(fault(|info| *info = json!([1])).1, InfoProblem::HasAnotherType);
    }

    #[test]
    fn a_fee_in_the_base_needs_no_account_of_its_own_and_a_third_asset_does() {
        let place = |symbol: &str| {
            let mut info = good();
            info["fee_currency"] = symbol.into();
            parse(BusinessType::Long, &info.to_string(), &public())
        };
        let Ok(Posting::Trade(trade)) = place("eth") else { panic!("it is a trade") };
        let symbol = AssetCode::new("ETH").expect("a code");
        assert_eq!(trade.fee_place, FeePlace::Account { account: SubAccountId(5), symbol });
        let missing = InfoFault { field: "fee_account_id", problem: InfoProblem::IsMissing };
        assert_eq!(place("BNB"), Err(missing));
    }
}

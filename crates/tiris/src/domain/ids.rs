//! The typed ids of the stall.

use kernel::{tags, typed_id};

typed_id!(TradingId, tags::TRADING, "trading");
typed_id!(SubAccountId, tags::SUB_ACCOUNT, "sub-account");
typed_id!(TransactionId, tags::TRANSACTION, "transaction");
typed_id!(TradingLogId, tags::TRADING_LOG, "trading log");
typed_id!(ExchangeBindingId, tags::EXCHANGE_BINDING, "exchange binding");
typed_id!(ApiKeyId, tags::API_KEY, "API key");
typed_id!(PortfolioId, tags::PORTFOLIO, "portfolio");
typed_id!(ReconciliationId, tags::RECONCILIATION_ITEM, "reconciliation item");
typed_id!(ReplayId, tags::REPLAY, "replay");
typed_id!(AuditEventId, tags::AUDIT_EVENT, "audit event");
typed_id!(DeadLetterId, tags::DEAD_LETTER, "dead letter");

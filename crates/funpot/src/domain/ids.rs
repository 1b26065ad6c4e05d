//! The ids of the stall. Their tags are of the one table in `kernel::tags`.

use kernel::{tags, typed_id};

typed_id!(EventId, tags::PREDICTION, "event");
typed_id!(VoteId, tags::VOTE, "vote");
typed_id!(StreamerId, tags::STREAMER, "streamer");
typed_id!(GameId, tags::GAME, "game");
typed_id!(ClipId, tags::CLIP, "clip");
typed_id!(PromptId, tags::PROMPT, "prompt");
typed_id!(RunId, tags::LLM_RUN, "run");
typed_id!(DecisionId, tags::LLM_DECISION, "decision");
typed_id!(PaymentId, tags::INVOICE, "invoice");
typed_id!(WithdrawalId, tags::STARS_WITHDRAWAL, "withdrawal");
typed_id!(TransferId, tags::POT_TRANSFER, "transfer");
typed_id!(ReviewId, tags::REVIEW, "review");
typed_id!(AuditId, tags::AUDIT, "audit entry");
typed_id!(ResultId, tags::RESULT, "result");

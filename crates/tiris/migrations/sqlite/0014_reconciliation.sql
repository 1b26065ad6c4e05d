-- What of an exchange's wallet is declared to be nobody's slice, and amounts that no entry explains, each with a cause.
CREATE TABLE declared_outside (
    binding_id BIGINT NOT NULL, asset TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount >= 0), updated_at BIGINT NOT NULL,
    PRIMARY KEY (binding_id, asset));
CREATE TABLE reconciliation_items (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, binding_id BIGINT, sub_account_id BIGINT, asset TEXT NOT NULL,
    amount BIGINT NOT NULL, cause TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('open', 'resolved', 'dismissed')),
    proposal TEXT NOT NULL, info TEXT NOT NULL, found_at BIGINT NOT NULL, resolved_at BIGINT, resolved_by BIGINT, log_id BIGINT);
CREATE INDEX reconciliation_items_of_user ON reconciliation_items (user_id, id);
-- down
DROP TABLE reconciliation_items;
DROP TABLE declared_outside;

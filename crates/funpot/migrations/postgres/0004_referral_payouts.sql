-- Bonuses of inviters: the id is the transfer, the charge is the top-up it was paid for.
CREATE TABLE referral_payouts (
    id BIGINT PRIMARY KEY, inviter_user_id BIGINT NOT NULL, invitee_user_id BIGINT NOT NULL,
    charge_id TEXT NOT NULL UNIQUE, amount_int BIGINT NOT NULL CHECK (amount_int > 0), reversed_at BIGINT,
    created_at BIGINT NOT NULL);
CREATE INDEX referral_payouts_of_inviter ON referral_payouts (inviter_user_id, id);
-- down
DROP TABLE referral_payouts;

-- Who invited whom; an inviter is set at the first login or never. Percents are hundredths of one.
CREATE TABLE referrals (
    user_id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, inviter_user_id BIGINT, percent_bp BIGINT NOT NULL,
    created_at BIGINT NOT NULL, CHECK (inviter_user_id IS NULL OR inviter_user_id <> user_id),
    CHECK (percent_bp BETWEEN 0 AND 10000));
CREATE INDEX referrals_of_inviter ON referrals (inviter_user_id) WHERE inviter_user_id IS NOT NULL;
-- down
DROP TABLE referrals;

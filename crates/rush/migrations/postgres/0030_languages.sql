-- In which language somebody wants their mails; without a row: their shop's.
CREATE TABLE user_languages (user_id BIGINT PRIMARY KEY, locale TEXT NOT NULL CHECK (locale IN ('en', 'th')));
-- down
DROP TABLE user_languages;

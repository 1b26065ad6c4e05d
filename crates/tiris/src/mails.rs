//! The mails of the stall: what they are about and what they say.

use mail::{Kind, Text, Variable};

/// Confirms an address.
pub static VERIFY_EMAIL: Kind = Kind {
    name: "verify_email",
    about: "when somebody signs up, or asks for another code",
    variables: &[
        Variable { name: "name", about: "what they call themselves", sample: "Ann" },
        Variable { name: "code", about: "what confirms the address", sample: "7F3K9Q2M" },
    ],
    texts: &[
        Text {
            locale: "en",
            subject: "Confirm your address for Tiris",
            body: "Hello {{ name }}\n\nYour code is {{ code }}. It is good for half an hour.\n\nIf you did not sign up, ignore this mail.\n",
        },
        Text {
            locale: "zh",
            subject: "确认您的 Tiris 邮箱",
            body: "{{ name }}，您好\n\n您的验证码是 {{ code }}，半小时内有效。\n\n如果您没有注册，请忽略此邮件。\n",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: Some(1_800),
};

/// Every kind.
pub static KINDS: &[&Kind] = &[&VERIFY_EMAIL];

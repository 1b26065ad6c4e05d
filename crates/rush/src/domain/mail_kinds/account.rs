//! Mails about an account.

use super::variable;
use mail::{Kind, Text};

/// A link to choose a new password.
pub static PASSWORD_RESET: Kind = Kind {
    name: "password_reset",
    about: "somebody asked for a new password",
    variables: &[
        variable("name", "what to call them", "Mali"),
        variable("shop", "the shop's name", "Demo Hall"),
        variable("minutes", "for how long the link is good", "30"),
        variable("reset_url", "the link", "https://tickets.example/rush/reset-password?token=sample"),
    ],
    texts: &[
        Text {
            locale: "en",
            subject: "Choose a new password",
            body: "Hello {{ name }},

somebody, hopefully you, asked for a new password for this address.
Choose it here within {{ minutes }} minutes; the link works once:

Choose a new password: {{ reset_url }}

If it was not you, do nothing: your password stays as it is.
",
        },
        Text {
            locale: "th",
            subject: "ตั้งรหัสผ่านใหม่",
            body: "สวัสดี {{ name }}

มีคนขอรหัสผ่านใหม่สำหรับอีเมลนี้ หวังว่าเป็นคุณ
ตั้งรหัสผ่านภายใน {{ minutes }} นาที ลิงก์ใช้ได้ครั้งเดียว:

ตั้งรหัสผ่านใหม่: {{ reset_url }}

ถ้าไม่ใช่คุณ ไม่ต้องทำอะไร รหัสผ่านของคุณยังเหมือนเดิม
",
        },
    ],
    list: None,
    is_bulk: false,
    secret_for_s: Some(30 * 60),
};

//! Texts of mails: a language of two things, `{{ name }}` and `{% if name %} … {% else %} … {% endif %}`, with the names of
//! the mail's kind alone. There is no way to call, to loop, to reach into a value, to include or to read a file.

mod check;
mod html;
mod render;

pub use check::check;
pub use html::{Look, html};
pub use render::{Rendered, SOURCE_BYTES_MAX, render};

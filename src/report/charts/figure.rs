//! A finished drawing with the values behind its parts. Every picture makes one.

use super::ink::Theme;
use crate::diagnostic::printable;

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// A name for its file: small letters, digits and hyphens.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
    /// The values behind its parts, in reading order.
    pub tips: Vec<Tip>,
    pub(super) drawing: String,
}

/// The values behind one part of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Tip {
    /// Left, top, width and height, in pixels.
    pub area: [i32; 4],
    /// What to say, in one or more lines.
    pub text: String,
}

impl Figure {
    /// As a file of its own.
    pub fn svg(&self, theme: Theme) -> String {
        let title = escaped(&self.title);
        let head = format!("<title>{title}</title>");
        theme.paint(&self.drawing).replacen(">\n", &format!(">\n{head}\n"), 1)
    }

    /// For a page: with a marked area for each value.
    pub fn inline(&self) -> String {
        let drawing = Theme::Page.paint(&self.drawing);
        let body = drawing.trim_end().trim_end_matches("</svg>");
        let tips: String = self.tips.iter().map(tip).collect();
        let sized = format!("width=\"{}\" height=\"{}\" ", self.width, self.height);
        let label = format!("role=\"img\" aria-label=\"{}\" ", escaped(&self.title));
        format!("{}<g class=\"tips\">{tips}</g></svg>", body.replacen(&sized, &label, 1))
    }
}

fn tip(tip: &Tip) -> String {
    let [left, top, width, height] = tip.area;
    let text = escaped(&tip.text);
    format!("<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" data-tip=\"{text}\"/>")
}

/// `text` as text or attribute of HTML and XML: no markup, and nothing that hides.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "&#10;"));
        for letter in printable(line).chars() {
            match letter {
                '&' => out += "&amp;",
                '<' => out += "&lt;",
                '>' => out += "&gt;",
                '"' => out += "&quot;",
                '\'' => out += "&#39;",
                _ => out.push(letter),
            }
        }
        out += end;
    }
    out
}

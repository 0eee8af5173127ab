//! A finished chart: a drawing, with the values behind its parts as tooltips. It can be written as an SVG
//! file of its own or embedded in a page.

use super::color::Theme;
use crate::diagnostic::printable;

/// A finished chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The name of its file: lower-case letters, digits and hyphens.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The values behind its parts, in reading order.
    pub tips: Vec<Tip>,
    pub(super) drawing: String,
}

/// The values behind one part of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Tip {
    /// The part: left, top, width and height, in pixels.
    pub area: [i32; 4],
    /// The text to show, in one or more lines.
    pub text: String,
}

impl Figure {
    /// The chart as an SVG file.
    pub fn svg(&self, theme: Theme) -> String {
        let title = escaped(&self.title);
        let head = format!("<title>{title}</title>");
        theme.paint(&self.drawing).replacen(">\n", &format!(">\n{head}\n"), 1)
    }

    /// The chart as an element of a page, with an area for each tooltip, and with this class.
    pub fn inline(&self, class: &str) -> String {
        let drawing = Theme::Page.paint(&self.drawing);
        let body = drawing.trim_end().trim_end_matches("</svg>");
        let tips: String = self.tips.iter().map(tip).collect();
        let sized = format!("width=\"{}\" height=\"{}\" ", self.width, self.height);
        let label = format!("class=\"{class}\" role=\"img\" aria-label=\"{}\" ", escaped(&self.title));
        format!("{}<g class=\"tips\">{tips}</g></svg>", body.replacen(&sized, &label, 1))
    }
}

fn tip(tip: &Tip) -> String {
    let [left, top, width, height] = tip.area;
    let text = escaped(&tip.text);
    format!("<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" data-tip=\"{text}\"/>")
}

/// Escapes `text` for HTML and XML, as content or as an attribute. Nothing in it can be markup or stay
/// invisible.
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

//! Evaluates one expression, operator by operator.

use super::decider::{Contexts, Decider};
use super::function::call;
use super::value::{ExprValue, Truth};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr, context::Context, literal::Literal};
use std::cmp::Ordering;

/// The longest expression, which is GitHub's limit.
const EXPRESSION_BYTES_MAX: usize = 21_000;

impl Decider {
    /// The value of an expression, without `${{` and `}}`.
    pub fn value(&self, expression: &str, contexts: &dyn Contexts) -> ExprValue {
        let unknown = || ExprValue::Unknown(expression.trim().to_owned());
        let steps = 1 + expression.len() as u64 / 8;
        if expression.len() > EXPRESSION_BYTES_MAX || !self.takes(steps) {
            return unknown();
        }
        Expr::parse(expression).map_or_else(|_| unknown(), |parsed| self.of(&parsed, contexts))
    }

    fn of(&self, expression: &SpannedExpr, contexts: &dyn Contexts) -> ExprValue {
        let unknown = || ExprValue::Unknown(expression.origin.raw.to_owned());
        if !self.takes(1) {
            return unknown();
        }
        match &expression.inner {
            Expr::Literal(literal) => of_literal(literal),
            Expr::Call(own) => {
                let arguments: Vec<_> = own.args.iter().map(|argument| self.of(argument, contexts)).collect();
                call(self, own.func, &arguments).unwrap_or_else(unknown)
            }
            Expr::Identifier(name) => contexts.look_up(&[name.as_str().to_owned()]),
            Expr::Context(context) => self.of_context(context, contexts).unwrap_or_else(unknown),
            Expr::BinExpr(binary) => self.of_binary(binary, contexts).unwrap_or_else(unknown),
            Expr::UnExpr { expr, .. } => {
                decided(self.of(expr, contexts).truth().opposite()).unwrap_or_else(unknown)
            }
            Expr::Star | Expr::Index(_) => unknown(),
        }
    }

    /// A member of a context, or of what a function returns. `None` if it is not known.
    fn of_context(&self, context: &Context, contexts: &dyn Contexts) -> Option<ExprValue> {
        let (head, rest) = context.parts.split_first()?;
        let mut rest = rest.iter();
        let mut value = match &head.inner {
            Expr::Identifier(name) => {
                let mut path = vec![name.as_str().to_lowercase()];
                let names = context.parts[1..].iter().map_while(|part| match &part.inner {
                    Expr::Star => None,
                    _ => self.key(part, contexts),
                });
                path.extend(names);
                rest = context.parts[path.len()..].iter();
                contexts.look_up(&path)
            }
            _ => self.of(head, contexts),
        };
        while let Some(part) = rest.next() {
            if matches!(part.inner, Expr::Star) {
                let elements = value.elements()?;
                let keys: Vec<String> = rest.map(|part| self.key(part, contexts)).collect::<Option<_>>()?;
                let member =
                    |element: &ExprValue| keys.iter().fold(element.clone(), |value, key| value.member(key));
                return Some(ExprValue::List(elements.iter().map(member).collect()));
            }
            value = value.member(&self.key(part, contexts)?);
        }
        match value {
            ExprValue::Unknown(_) => None,
            known => Some(known),
        }
    }

    /// The name of a member: `.name`, `['name']` or `[0]`.
    fn key(&self, part: &SpannedExpr, contexts: &dyn Contexts) -> Option<String> {
        match &part.inner {
            Expr::Identifier(name) => Some(name.as_str().to_owned()),
            Expr::Index(index) => self.of(index, contexts).known_text(),
            _ => None,
        }
    }

    fn of_binary(&self, binary: &BinExpr, contexts: &dyn Contexts) -> Option<ExprValue> {
        let left = self.of(&binary.lhs, contexts);
        let right = || self.of(&binary.rhs, contexts);
        match binary.op {
            BinOp::And => match left.truth() {
                Truth::No => Some(left),
                Truth::Yes => known(right()),
                // Whichever operand it is, it counts as false.
                Truth::Maybe => (right().truth() == Truth::No).then_some(ExprValue::Bool(false)),
            },
            BinOp::Or => match left.truth() {
                Truth::Yes => Some(left),
                Truth::No => known(right()),
                Truth::Maybe => (*right().bare() == ExprValue::Bool(true)).then_some(ExprValue::Bool(true)),
            },
            BinOp::Eq => decided(left.equals(&right())),
            BinOp::Neq => decided(left.differs(&right())),
            BinOp::Gt => ordered(&left, &right(), |order| order == Ordering::Greater),
            BinOp::Ge => ordered(&left, &right(), |order| order != Ordering::Less),
            BinOp::Lt => ordered(&left, &right(), |order| order == Ordering::Less),
            BinOp::Le => ordered(&left, &right(), |order| order != Ordering::Greater),
        }
    }
}

/// `None` in place of an unknown value, so that the whole expression is named and not a part of it.
fn known(value: ExprValue) -> Option<ExprValue> {
    match value {
        ExprValue::Unknown(_) => None,
        value => Some(value),
    }
}

fn decided(truth: Truth) -> Option<ExprValue> {
    match truth {
        Truth::Maybe => None,
        known => Some(ExprValue::Bool(known == Truth::Yes)),
    }
}

fn ordered(left: &ExprValue, right: &ExprValue, holds: impl Fn(Ordering) -> bool) -> Option<ExprValue> {
    left.compared(right).map(|order| ExprValue::Bool(order.is_some_and(holds)))
}

fn of_literal(literal: &Literal) -> ExprValue {
    match literal {
        Literal::Null => ExprValue::Null,
        Literal::Boolean(value) => ExprValue::Bool(*value),
        Literal::Number(value) => ExprValue::Number(*value),
        Literal::String(text) => ExprValue::fixed(text.as_ref()),
    }
}

//! What pages say, in English and in Chinese, side by side: a word that is missing in one does not build.

macro_rules! words {
    ($($name:ident: $english:literal, $chinese:literal;)*) => {
        /// The words of one language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Words {
            /// BCP 47.
            pub lang: &'static str,
            $(#[doc = $english] pub $name: &'static str,)*
        }

        /// English.
        pub static ENGLISH: Words = Words { lang: "en", $($name: $english,)* };
        /// Chinese.
        pub static CHINESE: Words = Words { lang: "zh", $($name: $chinese,)* };
    };
}

words! {
    account: "Sub-account", "子账户";
    allocated: "In sub-accounts", "子账户合计";
    amount: "Amount", "数量";
    apply: "Make this entry", "生成此分录";
    ask_now: "Compare with the exchange now", "立即与交易所对账";
    asked_at: "Asked at the exchange", "上次查询交易所";
    asked_hint: "What was traded since then shows as unexplained until it is asked again.", "此后的成交在再次对账前显示为无法解释。";
    asset: "Asset", "资产";
    at_exchange: "At the exchange", "交易所余额";
    balance_after: "Balance after", "余额";
    benchmark: "Price alone", "基准（仅价格）";
    bought: "Bought", "买入";
    cause: "Cause", "原因";
    changed: "Change", "变化";
    cost: "Cost", "成本";
    curve: "Equity", "净值曲线";
    deposit: "Deposit", "存入";
    dismiss: "Put away", "忽略";
    equity: "Equity", "净值";
    exchanges: "Exchanges", "交易所";
    exchanges_lead: "Keys are sealed when they arrive and shown to nobody again. Each use of them is listed here.", "密钥在提交时即加密封存，此后不再显示给任何人。每次使用都记录在此。";
    fees: "Fees paid", "已付手续费";
    free: "Free", "可用";
    gain: "Gain", "盈亏";
    gains: "Gains, first in first out", "盈亏（先进先出）";
    gains_lead: "Each sale consumes the oldest lots. Open one to see which.", "每笔卖出按先进先出消耗最早的批次，点开查看。";
    home_lead: "Give each bot a slice of your exchange account. Every trade it reports moves exact amounts, to the eighth decimal, whole or not at all, and every balance can be asked for at any past moment.", "为每个交易机器人划分独立的子账户。它上报的每笔交易都精确到小数点后八位，要么完整入账，要么完全不入账；任何历史时刻的余额都可查询。";
    home_title: "Sub-accounts for trading bots", "交易机器人的子账户";
    invested: "Paid in", "投入本金";
    item_open: "Unexplained", "未解释差额";
    items_none: "Everything is explained: the wallet is its sub-accounts and what you declared outside.", "账目相符：钱包余额等于子账户与已申报的外部余额之和。";
    key: "Key", "密钥";
    key_uses: "Uses of this key", "密钥使用记录";
    last_used: "Last used", "最近使用";
    live: "The bots trade while you look; figures follow by themselves.", "机器人正在交易，数据自动更新。";
    locked: "Locked", "锁定";
    lot: "Lot", "批次";
    lots: "Consumed lots", "消耗的批次";
    no_sales: "Nothing was sold yet.", "尚无卖出。";
    no_transactions: "Nothing was booked yet.", "尚无流水。";
    nobody: "Sign in to see your portfolio.", "登录后查看您的组合。";
    none_yet: "No tradings yet", "还没有交易";
    none_yet_hint: "A bot or the portal makes them through the API.", "由机器人或门户通过接口创建。";
    numbers: "The numbers", "数据表";
    other_tradings: "Other tradings", "其他交易";
    outside: "Declared outside", "已申报外部";
    overview: "Portfolio", "组合";
    paper: "simulated", "模拟";
    per_unit: "Per unit", "单价";
    price: "Price", "价格";
    proceeds: "Proceeds", "所得";
    proposal: "Smallest entry that mends it", "最小修正分录";
    quantity: "Quantity", "数量";
    real: "real", "实盘";
    realised: "Realised", "已实现";
    reconciliation: "Reconciliation", "对账";
    sign_in: "Sign in", "登录";
    sign_in_google: "Sign in with Google", "使用 Google 登录";
    sign_in_simulated: "Google is simulated here: choose Ann or 陈伟 on its page. Both have bots at work.", "此处的 Google 为模拟：请在其页面选择 Ann 或 陈伟，两人都有正在运行的机器人。";
    sign_out: "Sign out", "退出";
    sold: "Sold", "卖出";
    statement: "Statement", "对账单";
    statement_get: "Download the statement", "下载对账单";
    statement_lead: "A file with every entry, the gains and proofs that the last entries are sealed. Anybody can verify it without asking us:", "包含全部分录、盈亏以及封存证明的文件，任何人无需询问我们即可验证：";
    status: "Status", "状态";
    stop_loss: "Stop loss", "止损";
    time: "Time", "时间";
    total: "Total", "合计";
    trading: "Trading", "交易";
    transactions: "Transactions", "流水";
    unexplained: "Unexplained", "未解释";
    unrealised: "Unrealised", "未实现";
    warming: "Prices are being fetched; the curve fills up in a moment.", "正在获取价格，曲线稍后补全。";
    withdraw: "Withdrawal", "取出";
    worth: "All together", "总净值";
}

impl Words {
    /// The words of a language tag, where we have them.
    #[must_use]
    pub fn named(tag: &str) -> Option<&'static Self> {
        let language = tag.split(['-', '_', ';', ',']).next().unwrap_or_default().trim();
        match language {
            "en" => Some(&ENGLISH),
            "zh" => Some(&CHINESE),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` that we have; English where there is none.
    #[must_use]
    pub fn accepted(header: &str) -> &'static Self {
        header.split(',').find_map(Self::named).unwrap_or(&ENGLISH)
    }

    /// The word for a log's type; its own where we have none.
    #[must_use]
    pub fn of_log<'k>(&self, kind: &'k str) -> &'k str {
        match kind {
            "long" => self.bought,
            "short" => self.sold,
            "stop_loss" => self.stop_loss,
            "deposit" => self.deposit,
            "withdraw" => self.withdraw,
            other => other,
        }
    }

    /// Why an amount is unexplained, as people read it.
    #[must_use]
    pub fn of_cause(&self, cause: &str) -> &'static str {
        let found = crate::domain::reconcile::Cause::parse(cause);
        let Some(found) = found else { return "" };
        if self.lang == "en" { found.explanation() } else { chinese_cause(found) }
    }
}

const fn chinese_cause(cause: crate::domain::reconcile::Cause) -> &'static str {
    use crate::domain::reconcile::Cause;
    match cause {
        Cause::MissedEvent => "机器人的某个事件未到达或无法入账，账本缺少交易所已有的变动。",
        Cause::FeeInOtherCoin => "交易所似乎以此币种扣除了手续费，而没有日志提及。",
        Cause::ManualTrade => "一种资产增加而另一种减少：似乎有人在交易所手动交易。",
        Cause::ManualTransfer => "交易所的资金在没有日志的情况下增减：似乎有人手动划转。",
        Cause::UndeclaredOutside => "钱包余额多于子账户合计，请申报其中多少属于外部资金。",
        Cause::Rounding => "差额仅在最后几位小数。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_have_is_answered() {
        assert_eq!(Words::accepted("fr-FR, zh-CN;q=0.9, en;q=0.8").lang, "zh");
        assert_eq!(Words::accepted("fr").lang, "en");
        assert_eq!(Words::named("zh_TW").map(|words| words.lang), Some("zh"));
        assert_eq!(ENGLISH.of_log("prediction"), "prediction");
        assert!(!CHINESE.of_cause("rounding").is_empty() && CHINESE.of_cause("weather").is_empty());
    }
}

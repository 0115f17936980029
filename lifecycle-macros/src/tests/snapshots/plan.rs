fn plan() -> Plan {
    {
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const SIZE: ::lifecycle::__private::Size = {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { __lc::MAX_NODES },
                { 2 * __lc::MAX_NODES },
                0,
                { 300usize },
            >::new();
            let mut visitor = room.visitor();
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
            visitor.size()
        };
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        static PLAN: ::lifecycle::__private::CompiledPlan<
            { SIZE.nodes },
            { SIZE.edges },
        > = {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { SIZE.nodes },
                { SIZE.slots },
                { SIZE.edges },
                { SIZE.depth },
            >::new();
            let mut visitor = room.visitor();
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
            visitor.finish()
        };
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const FINDING_1: () = if SIZE.findings > 0usize {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { SIZE.nodes },
                { SIZE.slots },
                { SIZE.edges },
                { SIZE.depth },
            >::new();
            let mut visitor = room.reporter(0usize);
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
        };
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const FINDING_2: () = if SIZE.findings > 1usize {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { SIZE.nodes },
                { SIZE.slots },
                { SIZE.edges },
                { SIZE.depth },
            >::new();
            let mut visitor = room.reporter(1usize);
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
        };
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const FINDING_3: () = if SIZE.findings > 2usize {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { SIZE.nodes },
                { SIZE.slots },
                { SIZE.edges },
                { SIZE.depth },
            >::new();
            let mut visitor = room.reporter(2usize);
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
        };
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const FINDING_4: () = if SIZE.findings > 3usize {
            use ::lifecycle::__private::{self as __lc, NotAComponent as _};
            let mut room = __lc::Room::<
                { SIZE.nodes },
                { SIZE.slots },
                { SIZE.edges },
                { SIZE.depth },
            >::new();
            let mut visitor = room.reporter(3usize);
            while __lc::Visitor::round(&mut visitor) {
                <Api as __lc::Component>::Itself::depends_on(&mut visitor);
            }
        };
        PLAN.plan()
    }
}

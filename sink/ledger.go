package sink

// ledger is what the Writer's goroutine owns: the output, and what is known to be whole in it.
type ledger struct {
	out    *output
	at     Checkpoint // behind the whole batches
	lines  int64      // in them
	failed *WriteError
}

// serve does what is asked and answers.
func (l *ledger) serve(r request) {
	switch {
	case l.failed != nil:
		l.answer(r)
	case r.ctx.Err() != nil:
		// The asker is leaving and waits for nothing.
	case r.fsync:
		l.sync()
		l.answer(r)
	default:
		l.append(r)
	}
}

// append writes a batch. It counts if the asker hears of it, or if it cannot be taken back.
func (l *ledger) append(r request) {
	if n, err := l.out.write(r.data); err != nil {
		l.fail(n, err)
		l.answer(r)
		return
	}
	before := *l
	l.at = l.at.after(r.data)
	l.lines += int64(r.count)
	if l.answer(r) || l.out.file == nil {
		return
	}
	*l = before
	if err := l.out.takeBack(len(r.data)); err != nil {
		l.failed = l.failure(KeptTorn, err)
	}
}

// answer tells the asker how things stand, and its own caller whether the asker was still there to be told.
func (l *ledger) answer(r request) bool {
	a := answer{at: l.at}
	if l.failed != nil {
		a.err = l.failed
	}
	select {
	case r.answer <- a:
		return true
	case <-r.ctx.Done():
		return false
	}
}

func (l *ledger) sync() {
	if err := l.out.sync(); err != nil {
		l.failed = l.failure(KeptSent, err)
	}
}

// fail makes the ledger failed after a write of which n bytes got through.
func (l *ledger) fail(n int, err error) {
	kept := KeptSent
	if l.out.file != nil {
		if l.out.takeBack(n) != nil {
			kept = KeptTorn
		} else if l.out.sync() == nil {
			kept = KeptOnDisk
		}
	}
	l.failed = l.failure(kept, err)
}

func (l *ledger) failure(kept Kept, err error) *WriteError {
	return &WriteError{Path: l.out.path, Offset: l.at.Offset, Lines: l.lines, Kept: kept, Err: cause(err)}
}

// finish is the end of the output: it syncs and closes, and gives the first error there was.
func (l *ledger) finish(c codec) error {
	if l.failed == nil && l.at.Offset == 0 {
		if empty := c.appendEncoded(nil, nil); len(empty) > 0 {
			if n, err := l.out.write(empty); err != nil {
				l.fail(n, err)
			}
		}
	}
	if l.failed == nil {
		l.sync()
	}
	if err := l.out.close(); err != nil && l.failed == nil {
		l.failed = l.failure(KeptSent, err)
	}
	if l.failed != nil {
		return l.failed
	}
	return nil
}

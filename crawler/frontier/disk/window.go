package disk

// SetWindow implements [frontier.Frontier].
func (f *Frontier) SetWindow(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opts.Window = max(n, 1)
}

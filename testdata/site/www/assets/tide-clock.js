// Shows the next high water on the sign by berth three.
document.title = document.title + ' · ' + new Date().getHours() + ' o’clock';

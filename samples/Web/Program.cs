using Headroom;
using Headroom.AspNetCore;
using Headroom.Samples.Web;

const long Mebibyte = 1L << 20;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddHeadroom(o =>
{
    o.Container = "web";

    // In a container of some dozens of mebibytes: what is held ahead of need is not there for Optional.
    o.MaxIdleCreditBytes = 2 * Mebibyte;
});
builder.Services.AddHeadroomMemoryCache();
builder.Services.AddRateLimiter(MemoryLimits.Configure);
WebApplication app = builder.Build();
app.UseRateLimiter();

// The whole body is read into memory, and then compressed there: it is in memory twice.
app.MapPost("/uploads", Handlers.UploadAsync)
    .RequireHeadroom("uploads", RequestEstimate.ContentLength(unknownBytes: 8 * Mebibyte, copies: 2));

// Nobody knows what a search needs; each says it in the end, and the next one asks for that.
app.MapGet("/search/{letter}", Handlers.Search).RequireHeadroom("queries", operation: "search");

// A report can be asked for again: it makes room for everything else. One size for all, by the framework's limiter.
app.MapGet("/reports", Handlers.ReportAsync).RequireRateLimiting(MemoryLimits.Reports);

// Paid for already. It waits until there is memory, before everybody else.
app.MapPost("/orders", Handlers.Order).WithName("place-order").RequireHeadroom(
    "orders", 64 << 10, Urgency.MustSucceed);

// As much as there is room for; it gives way when somebody needs the memory more.
app.MapGet("/pages/{number:int}", Handlers.Page);

app.MapGet("/memory", (IMemoryBudget budget) => budget.GetStatus());
app.Run();

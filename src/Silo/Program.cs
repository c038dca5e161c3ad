using Headroom.Silo.Budgets;
using Headroom.Silo.Hosting;
using Headroom.Silo.Http;

return await SiloProcess.RunAsync(
    args,
    add: (builder, settings) => builder.Services.AddBudgets(settings).AddHeadroomHttp(),
    map: app => app.MapHeadroomHttp(),
    errors: Console.Error);
